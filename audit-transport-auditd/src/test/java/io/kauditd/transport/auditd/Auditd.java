// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.fixtures.AuditdSettings;
import io.kauditd.fixtures.Installed;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * An auditd of the test's own that only collects from the network: it takes no events of this host,
 * has no capability to touch the kernel's audit, and a /run of its own for its pid file.
 */
final class Auditd extends ServerProcess {
  private static final String AUDIT = "-audit_control,-audit_write,-audit_read";

  private final Path directory;
  private final int port;

  Auditd(Path directory) throws Exception {
    this(directory, "");
  }

  /** With more settings, each on a line of its own. */
  Auditd(Path directory, String more) throws Exception {
    super("auditd");
    this.directory = directory;
    this.port = Ports.free();
    assumePrivileges();
    Assumptions.assumeTrue(Installed.has("auditd"), "auditd is not installed");
    Files.createDirectory(directory.resolve("plugins.d"));
    Files.createDirectory(directory.resolve("log"));
    Path settings = directory.resolve("auditd.conf");
    Files.writeString(
        settings,
        AuditdSettings.collecting(
            directory,
            port,
            """
            write_logs = yes
            log_file = %s/log/audit.log
            distribute_network = no
            """
                    .formatted(directory)
                + more));
    Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r-----"));
  }

  /** Namespaces, and an auditd that opens its log, are for root alone. */
  static void assumePrivileges() throws Exception {
    for (String program : List.of("unshare", "setpriv")) {
      Assumptions.assumeTrue(Installed.has(program), program + " is not installed");
    }
    Process tried =
        new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && id -u")
            .redirectErrorStream(true)
            .start();
    String said = new String(tried.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Assumptions.assumeTrue(
        tried.waitFor() == 0 && said.strip().equals("0"), "no root with namespaces: " + said);
  }

  /** A program that has no capability for the kernel's audit, in a mount namespace of its own. */
  static Process startApart(Path said, String script, String... arguments) throws IOException {
    var command =
        new ArrayList<>(
            List.of("setpriv", "--bounding-set=" + AUDIT, "--inh-caps=" + AUDIT, "unshare", "-m"));
    command.addAll(List.of("sh", "-c", script, "sh"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
        .start();
  }

  int port() {
    return port;
  }

  String place() {
    return "127.0.0.1:" + port;
  }

  /** Starts it; it listens a little later, and then a transport can be opened. */
  @Override
  public void start() throws Exception {
    start("true");
  }

  /** Starts it with a disk of 8 MiB for its log, which is gone when it ends. */
  void startOnSmallDisk() throws Exception {
    start("mount -t tmpfs -o size=8m,mode=750 none \"$1/log\"");
  }

  private void start(String before) throws IOException {
    started(
        startApart(
            directory.resolve("said"),
            "mount -t tmpfs none /run && " + before + " && exec /usr/sbin/auditd -n -c \"$1\"",
            directory.toString()));
  }

  /** Its log's directory, also where that is on a disk of its own. */
  Path logs() {
    return Path.of("/proc", Long.toString(pid()), "root")
        .resolve(Path.of("/").relativize(directory.resolve("log")));
  }

  /** It is told to go on after it had suspended its log: SIGUSR2. */
  void resume() throws Exception {
    new ProcessBuilder("kill", "-USR2", Long.toString(pid())).start().waitFor();
  }

  /** What it and its children said; it says little. */
  String said() throws IOException {
    return Files.readString(directory.resolve("said"));
  }

  /** The lines of its log that are not its own. */
  List<String> lines() throws IOException {
    Path log = (isRunning() ? logs() : directory.resolve("log")).resolve("audit.log");
    return Files.exists(log)
        ? Files.readAllLines(log, StandardCharsets.UTF_8).stream()
            .filter(line -> !line.startsWith("type=DAEMON_"))
            .toList()
        : List.of();
  }
}
