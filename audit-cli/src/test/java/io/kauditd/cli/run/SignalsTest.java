// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.cli.RunArguments;
import io.kauditd.cli.ToolProcess;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.cli.live.DatagramReceiver;
import io.kauditd.cli.live.StatusClient;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What signals ask of a run: the same as of auditd. */
class SignalsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;
  private Path runtime;
  private Path config;

  @BeforeEach
  void namePlaces() {
    runtime = directory.resolve("run");
    config = directory.resolve("audit.conf");
  }

  private ToolProcess start(String... arguments) throws IOException {
    var all = new ArrayList<>(List.of("run", "--runtime-dir", runtime.toString()));
    all.addAll(List.of(arguments));
    // As the launcher: otherwise the JVM keeps SIGUSR2 for itself.
    return ToolProcess.start(
        directory, List.of(), Map.of("_JAVA_SR_SIGNUM", "60"), all.toArray(String[]::new));
  }

  private void awaitSaid(ToolProcess tool, String text) {
    await().atMost(PATIENCE).until(() -> tool.complained().contains(text) || !tool.isAlive());
  }

  /** Until it answers, signals are taken and wait; from then on they are answered. */
  private void awaitUp(ToolProcess tool) {
    var client = new StatusClient(new ControlDirectory(runtime));
    await().atMost(PATIENCE).until(() -> client.ask(tool.pid()).isPresent());
  }

  @Test
  void aServiceManagerHearsOfReadinessReloadAndEnd() throws Exception {
    Files.writeString(config, "source = \"generate:0\"\ntransport = null\nset.source.rate = 100\n");
    Path socket = directory.resolve("notify");
    try (var manager = DatagramReceiver.at(socket.toString());
        var tool =
            ToolProcess.start(
                directory,
                List.of(),
                Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "20000"),
                "run",
                "--runtime-dir",
                runtime.toString(),
                "--config",
                config.toString())) {
      manager.await("READY=1", 1);
      manager.await("WATCHDOG=1", 2);
      manager.await("STATUS=delivering: ", 1);
      tool.signal("HUP");
      manager.await("RELOADING=1", 1);
      manager.await("READY=1", 2);
      tool.signal("TERM");
      manager.await("STOPPING=1", 1);
      assertThat(tool.result().code()).isEqualTo(143);
      assertThat(tool.complained()).doesNotContain("service manager");
    }
  }

  @Test
  void readsTheConfigurationAgain() throws Exception {
    Files.writeString(
        config,
        """
        source = "generate:0"
        transport = null
        set.source.rate = 100
        backlog-limit = 77
        """);
    try (var tool = start("--config", config.toString(), "--rate-limit", "50000")) {
      awaitUp(tool);
      Files.writeString(
          config,
          """
          source = "generate:0"
          transport = memory
          set.source.rate = 200
          backlog-limit = 99
          rate-limit = 1
          failure-mode = silent
          quiet = true
          """);
      tool.signal("HUP");
      awaitSaid(tool, "set.source.rate stays '100'; '200' takes a new start");
      assertThat(tool.complained().lines())
          .contains(
              "audit run: SIGHUP: backlog-limit is '99' now, and was '77'",
              "audit run: SIGHUP: failure-mode is 'silent' now, and was not given",
              "audit run: SIGHUP: quiet is 'true' now, and was not given",
              "audit run: SIGHUP: transport stays 'null'; 'memory' takes a new start")
          .noneMatch(line -> line.contains("rate-limit")); // the command line goes before the file
      Map<String, Object> status =
          Json.readObject(
              new StatusClient(new ControlDirectory(runtime)).ask(tool.pid()).orElseThrow().json());
      assertThat(status.get("settings").toString())
          .contains("backlogLimit=99", "rateLimit=50000", "failureMode=silent");

      Files.writeString(config, "source = \"generate:0\"\ntransport = null\nbacklog-limit = -1\n");
      tool.signal("HUP");
      awaitSaid(tool, "everything stays");
      assertThat(tool.complained())
          .contains("line 3: backlog-limit: '-1' is not valid")
          .contains("; everything stays as it is\n");
      tool.signal("TERM");
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(143);
      assertThat(result.out()).isEmpty();
    }
  }

  /** What a new start would refuse is said at once, and nothing else of the file is applied. */
  @Test
  void aBadSettingOfAPluginChangesNothing() throws Exception {
    Path log = directory.resolve("out.log");
    Path plugins = Files.createDirectory(directory.resolve("plugins"));
    String good =
        "source = \"generate:0\"\ntransport = \"file:%s\"\nset.source.rate = 10\n".formatted(log);
    Files.writeString(config, good);
    try (var tool = start("--config", config.toString(), "--plugins", plugins.toString())) {
      awaitUp(tool);
      for (Map.Entry<String, String> bad :
          Map.of(
                  "set.flush = banana",
                  "option 'flush': 'banana' is not valid; it takes ",
                  "set.flsh = data",
                  "'flsh' is not known; the settings are ",
                  "set.transport.keep = -1",
                  "option 'keep': '-1' is not valid; it takes ",
                  "summary = \"%s\"".formatted(log),
                  "is a file of transport 'file:",
                  "policy = none",
                  "there is no policy 'none'; there is ",
                  "queue = \"spool:q\", main-queue = \"spool:./q\"",
                  "are one place: ")
              .entrySet()) {
        Files.writeString(config, good + "backlog-limit = 5\n" + bad.getKey() + "\n");
        tool.signal("HUP");
        awaitSaid(tool, bad.getValue());
      }
      Files.writeString(config, good + "rate-limit = 7\n");
      tool.signal("HUP");
      awaitSaid(tool, "rate-limit is '7' now, and was not given");
      assertThat(tool.complained().lines())
          .filteredOn(line -> line.endsWith("; everything stays as it is"))
          .hasSize(6);
      assertThat(tool.complained()).doesNotContain("backlog-limit").doesNotContain("new start");
      tool.signal("TERM");
      assertThat(tool.result().code()).isEqualTo(143);
    }
  }

  @Test
  void survivesAReloadWithoutAConfiguration() throws Exception {
    try (var tool = start("--source", "stdin", "--transport", "null")) {
      awaitUp(tool);
      tool.signal("HUP");
      awaitSaid(tool, "SIGHUP");
      tool.in().write("after the signal\n".getBytes(StandardCharsets.UTF_8));
      tool.in().close();
      CommandResult result = tool.result();

      assertThat(result.code()).isZero();
      assertThat(result.err()).isEqualTo("audit run: SIGHUP: nothing has changed\n");
      assertThat(result.out()).contains("  delivered  1\n");
    }
  }

  @Test
  void asksTheTransportForANewLogAndToGoOn() throws Exception {
    try (var tool = start("--source", "stdin", "--transport", "stub")) {
      awaitUp(tool);
      tool.signal("USR1");
      awaitSaid(tool, "stub: rotate");
      tool.signal("USR2");
      awaitSaid(tool, "stub: resume");
      tool.signal("TERM");
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(143);
      assertThat(result.err()).isEqualTo("stub: rotate\nstub: resume\n");
    }
  }

  @Test
  void aSecondSignalEndsTheDrain() throws Exception {
    Path summary = directory.resolve("s.json");
    try (var tool =
        start(
            "--source",
            "stdin",
            "--transport",
            "stub:eagain",
            "--close-deadline",
            "1h",
            "--summary",
            summary.toString())) {
      awaitUp(tool);
      tool.in().write("never taken\n".getBytes(StandardCharsets.UTF_8));
      tool.in().flush();
      var client = new StatusClient(new ControlDirectory(runtime));
      await()
          .atMost(PATIENCE)
          .until(() -> client.ask(tool.pid()).orElseThrow().json().contains("\"logged\":1"));
      tool.signal("TERM");
      await().atMost(PATIENCE).until(() -> client.ask(tool.pid()).isEmpty());
      tool.signal("HUP");
      awaitSaid(tool, "nothing changes any more");
      tool.signal("USR1");
      tool.signal("TERM");
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(143);
      assertThat(result.err())
          .contains("audit run: SIGHUP: the run is ending; nothing changes any more\n")
          .contains("audit run: a second SIGTERM: what still waits is not delivered any more\n");
      assertThat(Json.readObject(Files.readString(summary)).get("ledger").toString())
          .contains("logged=1", "delivered=0", "balances=true");
    }
  }

  /** As auditd starts a plug-in that ended: from a thread of its own that takes no signals. */
  @Test
  void signalsThatItsParentBlocksAreTaken() throws Exception {
    List<String> starter =
        List.of("env", "--block-signal=HUP,USR1,USR2,TERM,INT", "_JAVA_SR_SIGNUM=60");
    Process tried = new ProcessBuilder("env", "--block-signal=HUP", "true").start();
    assumeTrue(tried.waitFor() == 0, "skipped: this env cannot block signals");
    try (var tool =
        ToolProcess.startBy(starter, directory, RunArguments.of(runtime, "stdin", "stub"))) {
      awaitUp(tool);
      tool.signal("HUP");
      awaitSaid(tool, "SIGHUP: nothing has changed");
      tool.signal("USR1");
      awaitSaid(tool, "stub: rotate");
      tool.signal("USR2");
      awaitSaid(tool, "stub: resume");
      tool.signal("TERM");

      assertThat(tool.result().code()).isEqualTo(143);
    }
  }

  /** From the first moment that signals are taken: none ends it by itself, none is forgotten. */
  @Test
  void takesSignalsDuringTheStart() throws Exception {
    try (var tool = start("--source", "stdin", "--transport", "null", "--metrics", "0")) {
      awaitSignalsTaken(tool);
      tool.signal("HUP");
      tool.signal("USR1");
      awaitSaid(tool, "SIGHUP: nothing has changed");
      tool.signal("TERM");

      assertThat(tool.result().code()).isEqualTo(143);
    }
  }

  /** The JVM that starts has not run a line of the program yet. */
  @Test
  void noHangUpEndsARunThatStarts() throws Exception {
    try (var tool =
        ToolProcess.startWithHangUpHeld(
            directory,
            Map.of("_JAVA_SR_SIGNUM", "60"),
            RunArguments.of(runtime, "stdin", "null"))) {
      await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(2))
          .until(() -> has(tool, "SigIgn:", HUP));
      while (tool.isAlive() && !tool.complained().contains("SIGHUP: nothing has changed")) {
        tool.signal("HUP");
      }
      tool.signal("TERM");
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(143);
      assertThat(result.err().lines())
          .contains("audit run: SIGHUP: nothing has changed")
          .allMatch(line -> line.startsWith("audit run: SIGHUP: "));
    }
  }

  /** Nothing was read yet, so that there is nobody to wait for. */
  @Test
  void aSignalMayComeBeforeTheSourceIsRead() throws Exception {
    Path summary = directory.resolve("early.json");
    try (var tool = start("--source", "stdin", "--transport", "null", "--summary", "" + summary)) {
      awaitSignalsTaken(tool);
      tool.signal("TERM");
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(143);
      assertThat(result.err()).isEmpty();
      assertThat(Json.readObject(Files.readString(summary)).get("end").toString())
          .contains("reason=signal");
    }
  }

  private static final int HUP = 1;
  private static final int USR1 = 10;

  private static void awaitSignalsTaken(ToolProcess tool) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> has(tool, "SigCgt:", USR1));
  }

  /** The kernel tells which signals a process ignores, and which it has a handler for. */
  private static boolean has(ToolProcess tool, String set, int signal) throws IOException {
    long bit = 1L << (signal - 1);
    return Files.readAllLines(Path.of("/proc/" + tool.pid() + "/status")).stream()
        .filter(line -> line.startsWith(set))
        .anyMatch(
            line -> (Long.parseUnsignedLong(line.substring(set.length()).strip(), 16) & bit) != 0);
  }
}
