// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.cli.run.HeldHangUp;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command in a process of its own. */
public final class ToolProcess implements AutoCloseable {
  private static final long PATIENCE_S = 180;

  private static final String[] RESET_SIGNALS = {"env", "--default-signal=HUP,INT"};
  private static final String[] HOLD_HANG_UP = {"bash", "-c", "trap '' HUP; exec \"$@\"", "bash"};

  private final Process process;
  private final Path out;
  private final Path err;

  private ToolProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  public static ToolProcess start(Path directory, String... arguments) throws IOException {
    return start(directory, List.of(), Map.of(), arguments);
  }

  /** With more options for its JVM, and more in its environment. */
  public static ToolProcess start(
      Path directory, List<String> jvmOptions, Map<String, String> environment, String... arguments)
      throws IOException {
    // A build that was started with nohup ignores SIGHUP, and a JVM then cannot take it.
    List<String> before = resetsSignals() ? List.of(RESET_SIGNALS) : List.of();
    return start(directory, before, jvmOptions, environment, arguments);
  }

  /** As the launcher starts it: with SIGHUP ignored until it is taken. */
  public static ToolProcess startWithHangUpHeld(
      Path directory, Map<String, String> environment, String... arguments) throws IOException {
    List<String> jvmOptions = List.of("-D" + HeldHangUp.PROPERTY + "=yes");
    return start(directory, List.of(HOLD_HANG_UP), jvmOptions, environment, arguments);
  }

  /** By a program that starts it, such as {@code setpriv} with its options. */
  public static ToolProcess startBy(List<String> starter, Path directory, String... arguments)
      throws IOException {
    return start(directory, starter, List.of(), Map.of(), arguments);
  }

  private static ToolProcess start(
      Path directory,
      List<String> before,
      List<String> jvmOptions,
      Map<String, String> environment,
      String... arguments)
      throws IOException {
    var command = new ArrayList<>(before);
    command.addAll(Program.command(Main.class, jvmOptions, arguments));
    Path out = directory.resolve("stdout.txt");
    Path err = directory.resolve("stderr.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new ToolProcess(builder.start(), out, err);
  }

  /** Whether this machine's env can do it. */
  private static boolean resetsSignals() throws IOException {
    var command = new ArrayList<>(List.of(RESET_SIGNALS));
    command.add("true");
    Process tried =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return tried.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Its standard input. */
  public java.io.OutputStream in() {
    return process.getOutputStream();
  }

  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** What it has printed so far. */
  public String said() throws IOException {
    return Files.readString(out);
  }

  /** What it has said on standard error so far. */
  public String complained() throws IOException {
    return Files.readString(err);
  }

  /** Waits for its end. */
  public CommandResult result() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end; it said: " + Files.readString(err));
    }
    return new CommandResult(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join(); // it writes nothing more to the test's directory
  }
}
