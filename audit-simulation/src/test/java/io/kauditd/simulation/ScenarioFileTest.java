// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kauditd.simulation.DaemonModel.Medium;
import io.kauditd.simulation.DaemonModel.Outage;
import io.kauditd.simulation.DaemonModel.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Scenarios are read from files, and mistakes in them are named. */
class ScenarioFileTest {
  private static final String GOOD =
      """
      title = "A title"
      duration = 10 minutes
      seed = 7
      producers = 2
      settings { backlogLimit = 10, backlogWaitTime = 2 s, auditDefault = off, failureMode = silent }
      arrivals { recordsPerSecond = 5 }
      daemon {
        recordsPerSecond = 100
        socketRecords = 8
        sendTimeout = 50 ms
        outages = [
          { kind = stopped, from = 1 minute, to = 2 minutes }
          { kind = killed, from = 3 minutes }
        ]
      }
      costs { send = 3 us }
      policies = [mainline, ordered]
      """;

  @SuppressWarnings("unused") // a source of arguments
  private static final List<String> BUNDLED = ScenarioFile.BUNDLED;

  @Test
  void readsAllThatAFileSays() {
    Scenario scenario = ScenarioFile.read("test", GOOD, Path.of(""));

    assertThat(scenario.title()).isEqualTo("A title");
    assertThat(scenario.duration()).isEqualTo(Duration.ofMinutes(10));
    assertThat(scenario.seed()).isEqualTo(7);
    assertThat(scenario.producers()).isEqualTo(2);
    assertThat(scenario.settings().backlogLimit()).isEqualTo(10);
    assertThat(scenario.settings().backlogWaitTimeMs()).isEqualTo(2000);
    assertThat(scenario.settings().auditDefault()).isFalse();
    assertThat(scenario.daemon().medium()).isEqualTo(Medium.SOCKET);
    assertThat(scenario.daemon().socketRecords()).isEqualTo(8);
    assertThat(scenario.daemon().sendTimeout()).isEqualTo(Duration.ofMillis(50));
    assertThat(scenario.daemon().outages())
        .containsExactly(
            new Outage(
                Trouble.STOPPED,
                Duration.ofMinutes(1),
                Optional.of(Duration.ofMinutes(2)),
                Optional.empty()),
            new Outage(Trouble.KILLED, Duration.ofMinutes(3), Optional.empty(), Optional.empty()));
    assertThat(scenario.costs().send()).isEqualTo(Duration.ofNanos(3_000));
    assertThat(scenario.costs().pass()).isEqualTo(SimulationCosts.DEFAULTS.pass());
    assertThat(scenario.policies()).containsExactly("mainline", "ordered");
  }

  @Test
  void readsJsonToo() {
    Scenario scenario =
        ScenarioFile.read(
            "test",
            """
            {"title": "t", "duration": "5 s", "arrivals": {"recordsPerSecond": 1},
             "daemon": {"recordsPerSecond": 10}}
            """,
            Path.of(""));

    assertThat(scenario.policies()).containsExactly("v5.16", "rfc", "mainline", "ordered");
  }

  @ParameterizedTest
  @FieldSource("BUNDLED")
  void theBundledOnesAreTheFilesInTheRepository(String name) throws IOException {
    assertThat(ScenarioFile.bundled(name))
        .isEqualTo(Files.readString(Path.of("../scenarios/" + name + ".conf")));
    assertThat(ScenarioFile.load(name).title()).isNotBlank();
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          title = "A title"                   |                       | test: line 1: 'title' is missing
          seed = 7                            | sede = 7              | test: line 3: unknown key 'sede'; there are arrivals, costs, daemon, duration, policies, producers, seed, settings, title
          duration = 10 minutes               | duration = 10 parsecs | test: line 2: Invalid value at 'duration': Could not parse time unit 'parsecs' (try ns, us, ms, s, m, h, d)
          duration = 10 minutes               | duration = 0          | test: line 2: duration is 0; there must be some time to simulate
          producers = 2                       | producers = 65        | test: line 4: producers is 65; it must be between 1 and 64
          producers = 2                       | producers = two       | test: line 4: producers has type STRING rather than NUMBER
          backlogLimit = 10                   | backlogLimit = -1     | test: line 5: settings.backlogLimit is -1; it must be between 0 and 2147483646
          backlogWaitTime = 2 s               | backlogWaitTime = 1 h | test: line 5: settings.backlogWaitTime is 1 h; it must be at most 10 min
          failureMode = silent                | failureMode = quiet   | test: line 5: settings.failureMode is 'quiet'; it is one of silent, printk, panic
          kind = stopped                      | kind = tired          | test: line 12: daemon.outages[0].kind is 'tired'; it is one of stopped, killed, ended, failing
          from = 3 minutes                    | from = 90 s           | test: line 13: daemon.outages[1].from is not after the outage before it, or not before the end of the scenario
          to = 2 minutes                      | to = 1 minute         | test: line 12: daemon.outages[0].to is not after 'from'
          kind = stopped                      | kind = failing        | test: line 12: 'daemon.outages[0].error' is missing
          socketRecords = 8                   | medium = file         | test: line 12: daemon.outages[0].kind is one of a daemon; with medium = file it can only be failing
          arrivals { recordsPerSecond = 5 }   | arrivals { recordsPerSecond = -5 } | test: line 6: arrivals.recordsPerSecond is -5.0; it must be between 0 and 1000000000 records a second
          arrivals { recordsPerSecond = 5 }   | arrivals { log = "no.log" } | test: 'no.log' cannot be read: there is no such file
          costs { send = 3 us }               | costs { send = 0 }    | test: line 16: costs.send must be between 1 ns and 1 s
          policies = [mainline, ordered]      | policies = []         | test: line 17: policies is empty; name one at least
          """)
  void namesTheMistake(String good, String bad, String message) {
    String text = GOOD.replace(good, bad == null ? "" : bad);

    assertThatExceptionOfType(BadScenarioException.class)
        .isThrownBy(() -> ScenarioFile.read("test", text, Path.of("")))
        .withMessage(message);
  }

  @Test
  void namesASyntaxError() {
    assertThatExceptionOfType(BadScenarioException.class)
        .isThrownBy(() -> ScenarioFile.read("test", "title = t\ndaemon {\n", Path.of("")))
        .withMessageStartingWith("test: line 3: ");
  }

  @Test
  void namesWhatThereIsIfThereIsNoSuchScenario() {
    assertThatExceptionOfType(BadScenarioException.class)
        .isThrownBy(() -> ScenarioFile.load("daemon-tired"))
        .withMessageContaining("daemon-stopped, daemon-restarted, slow-daemon, disk-full");
  }

  @Test
  void readsALogNextToTheScenario(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("audit.log"),
        """
        type=USER_LOGIN msg=audit(1642555588.123:456): pid=1
        not a record
        type=USER_END msg=audit(1642555590.123:457): pid=1
        """);
    Files.writeString(
        folder.resolve("s.conf"),
        "title = t, arrivals { log = audit.log }, daemon { recordsPerSecond = 10 }");

    Scenario scenario = ScenarioFile.load(folder.resolve("s.conf"));

    assertThat(scenario.duration()).isEqualTo(Duration.ofSeconds(12));
    assertThat(((Arrivals.Recorded) scenario.arrivals()).times().count()).isEqualTo(2);
  }

  @Test
  void namesALogWithoutRecords(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("audit.log"), "nothing\n");
    String text = "title = t, arrivals { log = audit.log }, daemon { recordsPerSecond = 10 }";

    assertThatExceptionOfType(BadScenarioException.class)
        .isThrownBy(() -> ScenarioFile.read("test", text, folder))
        .withMessageContaining("audit.log' has no line in the audit format");
  }
}
