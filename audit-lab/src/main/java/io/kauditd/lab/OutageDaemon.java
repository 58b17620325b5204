// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.cli.command.Json;
import io.kauditd.cli.command.ShutdownHooks;
import io.kauditd.cli.command.ToolLogger;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The daemon's process, as its parent sees it. It never outlives the parent. */
final class OutageDaemon implements AutoCloseable {
  private static final long PATIENCE_S = 20;

  private final Process process;
  private final Thread hook;

  /**
   * What the daemon counted.
   *
   * @param read records that it has read
   * @param outOfOrder records that came after a later one
   * @param failure why it ended too early, or null
   */
  record Counts(long read, long outOfOrder, @Nullable String failure) {}

  private OutageDaemon(Process process) {
    this.process = process;
    // SIGKILL ends a stopped process too.
    hook = Thread.ofPlatform().name("end-daemon").unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts it, with the JVM and the jars of this process. */
  static OutageDaemon start(long port) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"));
    String modules = System.getProperty("jdk.module.path");
    Module own = OutageDaemon.class.getModule();
    if (own.isNamed() && modules != null) {
      command.addAll(
          List.of(
              "--module-path",
              modules,
              "--enable-native-access=io.kauditd.transport.netlink",
              "--module",
              own.getName() + "/" + OutageDaemonMain.class.getName()));
    } else {
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              OutageDaemonMain.class.getName()));
    }
    command.add(Long.toString(port));
    return new OutageDaemon(
        new ProcessBuilder(command)
            .redirectError(
                ToolLogger.isDebug()
                    ? ProcessBuilder.Redirect.INHERIT
                    : ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Stops it, as Ctrl-Z would. */
  void stop() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** The shell's own kill: not every machine has one in a file. */
  private void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
    if (!kill.waitFor(PATIENCE_S, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      kill.destroyForcibly();
      throw new IOException("SIG" + name + " could not be sent to the daemon's process");
    }
  }

  /** Lets it read the records that were sent to it, and ends it. */
  Counts finish(long sent) throws IOException, InterruptedException {
    try (Writer in = process.outputWriter()) {
      in.write(sent + "\n");
    } catch (IOException e) {
      // It has ended already, and says why.
    }
    if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
      throw new IOException("the daemon's process did not end within " + PATIENCE_S + " s");
    }
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      if (line == null) {
        throw new IOException("the daemon's process ended with code " + process.exitValue());
      }
      Map<String, @Nullable Object> json = Json.readObject(line);
      return new Counts(
          (long) Objects.requireNonNull(json.get("read")),
          (long) Objects.requireNonNull(json.get("outOfOrder")),
          (String) json.get("failure"));
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    ShutdownHooks.remove(hook);
  }
}
