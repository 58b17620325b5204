// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.cli.Main;
import io.kauditd.cli.ToolProcess;
import io.kauditd.fixtures.AuditdSettings;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.Program;
import io.kauditd.fixtures.StandStill;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run as a plug-in of a real auditd that gets its records from the network, and has a queue that
 * is too short for them. Skipped, with the reason, where there is no auditd or no root.
 */
@Timeout(180)
class BehindAuditdTest {
  private static final String AUDITD = "/usr/sbin/auditd";
  private static final String NO_AUDIT = "-audit_control,-audit_write,-audit_read";
  private static final String IN_NAMESPACE = "mount -t tmpfs none /run && ";
  private static final int RECORDS = 700;
  private static final Pattern MISSING = Pattern.compile("([0-9]+) events are missing");

  @TempDir Path directory;

  private static List<String> apart(String script, Path argument) {
    return List.of(
        "setpriv",
        "--bounding-set=" + NO_AUDIT,
        "--inh-caps=" + NO_AUDIT,
        "--pdeathsig=KILL", // if the test is killed, which could not end it then
        "unshare",
        "-m",
        "sh",
        "-c",
        IN_NAMESPACE + script,
        "sh",
        argument.toString());
  }

  private void assumeAuditd() throws Exception {
    assumeTrue(Files.isExecutable(Path.of(AUDITD)), "skipped: there is no " + AUDITD);
    Path said = directory.resolve("tried");
    try {
      int status =
          new ProcessBuilder(apart("test $(id -u) = 0", directory))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start()
              .waitFor();
      assumeTrue(status == 0, () -> "skipped: no root with namespaces: " + read(said));
    } catch (IOException e) {
      assumeTrue(false, "skipped: " + e.getMessage());
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Path file(String name, String permissions, String content) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private Path configure(int port) throws IOException {
    Path program =
        file(
            "plugin",
            "rwxr-x---",
            """
            #!/bin/sh
            echo $$ >%1$s/pid
            exec %2$s "$@" 2>%1$s/stderr
            """
                .formatted(directory, Program.shellCommand(Main.class)));
    Path settings =
        file(
            "plugin.conf",
            "rw-r-----",
            """
            source = stdin
            transport = "file:%1$s/out.log"
            policy = ordered
            exclude = "DAEMON_START,DAEMON_ACCEPT,DAEMON_CLOSE,DAEMON_END,DAEMON_ROTATE"
            summary = "%1$s/summary.json"
            quiet = true
            """
                .formatted(directory));
    Files.createDirectory(directory.resolve("plugins.d"));
    file(
        "plugins.d/kauditd.conf",
        "rw-r-----",
        """
        active = yes
        direction = out
        path = %s
        type = always
        args = run --config=%s
        format = string
        """
            .formatted(program, settings));
    return file(
        "auditd.conf",
        "rw-r-----",
        AuditdSettings.collecting(
            directory,
            port,
            """
            write_logs = no
            log_file = %s/audit.log
            q_depth = 20
            overflow_action = IGNORE
            distribute_network = yes
            """
                .formatted(directory)));
  }

  /** Sends events with these serials to auditd, which acknowledges each. */
  private void send(int port, int from, int to) throws Exception {
    Path log =
        Files.writeString(
            directory.resolve("in.log"),
            IntStream.rangeClosed(from, to)
                .mapToObj(serial ->
                    "type=USER_LOGIN msg=audit(1642555588.123:%d): n=%d %s\n"
                        .formatted(serial, serial, "x".repeat(200)))
                .collect(Collectors.joining()));
    Path sender = Files.createDirectories(directory.resolve("sender"));
    try (var tool =
        ToolProcess.start(
            sender,
            "run",
            "--source=file:" + log,
            "--transport=auditd:127.0.0.1:" + port,
            "--policy=ordered",
            "--set=send-timeout=60s",
            "--close-deadline=90s",
            "--quiet")) {
      var result = tool.result();
      assertThat(result.code()).as(result.err()).isZero();
    }
  }

  private long delivered() throws IOException {
    return read(directory.resolve("out.log")).lines().count();
  }

  private long plugin() throws IOException {
    return Long.parseLong(Files.readString(directory.resolve("pid")).strip());
  }

  private static boolean accepts(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void whatAuditdDropsIsReported() throws Exception {
    assumeAuditd();
    int port = Ports.free();
    Path settings = configure(port);
    Path said = directory.resolve("said");
    Process auditd =
        new ProcessBuilder(apart("exec " + AUDITD + " -n -c \"$1\"", directory))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(settings).exists();
      Await.until("auditd listens", () -> accepts(port) || !auditd.isAlive());
      assertThat(auditd.isAlive()).as(read(said)).isTrue();
      send(port, 1, 10);
      Await.until("the run has the first", () -> delivered() == 10);
      StandStill.begin(plugin());
      send(port, 11, RECORDS);
      StandStill.end(plugin());
      Await.until("the run goes on", () -> delivered() > 10);
      send(port, RECORDS + 1, RECORDS + 10);
      Await.until(
          "the run has the last",
          () -> read(directory.resolve("out.log")).contains(" n=" + (RECORDS + 10) + " "));
      auditd.destroy();
      Await.until("the run ends", () -> Files.exists(directory.resolve("summary.json")));
    } finally {
      auditd.destroyForcibly().waitFor();
    }
    String summary = Files.readString(directory.resolve("summary.json"), StandardCharsets.UTF_8);
    Matcher missing = MISSING.matcher(summary);
    long reported = 0;
    while (missing.find()) {
      reported += Long.parseLong(missing.group(1));
    }
    assertThat(reported).as(summary).isPositive();
    assertThat(delivered() + reported).as(summary).isEqualTo(RECORDS + 10);
  }
}
