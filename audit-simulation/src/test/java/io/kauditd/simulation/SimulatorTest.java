// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.LostReason;
import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.fixtures.Deep;
import io.kauditd.spi.ErrorPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulator's own arithmetic, and that it says the same thing twice. */
class SimulatorTest {
  private static final Map<String, Supplier<ErrorPolicy>> POLICIES = policies();

  private static Map<String, Supplier<ErrorPolicy>> policies() {
    var policies = new LinkedHashMap<String, Supplier<ErrorPolicy>>();
    for (KernelPolicy policy : KernelPolicy.values()) {
      policies.put(policy.id(), () -> policy);
    }
    policies.put(OrderedPolicy.ID, OrderedPolicy::new);
    return policies;
  }

  private static ErrorPolicy policy(String id) {
    return Objects.requireNonNull(POLICIES.get(id)).get();
  }

  private static Scenario scenario(String text) {
    return ScenarioFile.read("test", text, Path.of(""));
  }

  private static SimulationResult mainline(String text) {
    return Simulator.run(scenario(text), "mainline", KernelPolicy.MAINLINE);
  }

  @Test
  void evenArrivals_comeAtTheirRateAndAreAllDelivered() {
    SimulationResult result =
        mainline(
            """
            title = t, duration = 10 s, producers = 4
            arrivals { recordsPerSecond = 1000, random = false }
            daemon { recordsPerSecond = 5000 }
            """);

    assertThat(result.ledger().logged()).isEqualTo(10_000);
    assertThat(result.read() + result.inSocket()).isEqualTo(result.ledger().delivered());
    assertThat(result.ledger().delivered()).isBetween(9_999L, 10_000L);
    assertThat(result.outOfOrder()).isZero();
    assertThat(result.producerWaits()).isZero();
    assertThat(result.caughtUp()).isEmpty();
  }

  @Test
  void randomArrivals_comeAtTheirRateOnAverage() {
    SimulationResult result =
        mainline(
            """
            title = t, duration = 100 s
            arrivals { recordsPerSecond = 100 }
            daemon { recordsPerSecond = 500 }
            """);

    assertThat(result.ledger().logged()).isBetween(9_500L, 10_500L); // five standard deviations
  }

  @Test
  void bursts_beginOnTimeAndComeOnTopOfNothing() {
    SimulationResult result =
        mainline(
            """
            title = t, duration = 60 s, producers = 3
            arrivals {
              recordsPerSecond = 0, random = false
              bursts { first = 5 s, every = 20 s, length = 2 s, recordsPerSecond = 600 }
            }
            daemon { recordsPerSecond = 5000 }
            """);

    assertThat(result.ledger().logged()).isEqualTo(3 * 1200);
    for (Sample sample : result.samples()) {
      long second = sample.atMs() / 1000;
      long burstsBefore = second < 5 ? 0 : (second - 5) / 20;
      long most = second < 5 ? 0 : Math.min(burstsBefore + 1, 3) * 1200;
      assertThat(sample.logged()).isBetween(Math.min(burstsBefore, 3) * 1200, most);
    }
  }

  @Test
  void recordedTimes_areThoseOfTheLog() {
    Path log = Path.of("../samples/audit.log").toAbsolutePath().normalize();
    Scenario scenario =
        scenario(
            "title = t, producers = 2, arrivals { log = \""
                + log
                + "\", speed = 2 }, daemon { recordsPerSecond = 5000 }");
    var times = ((Arrivals.Recorded) scenario.arrivals()).times();

    SimulationResult result = Simulator.run(scenario, "mainline", KernelPolicy.MAINLINE);

    assertThat(times.count()).isGreaterThan(30);
    assertThat(result.ledger().delivered()).isEqualTo(times.count());
    assertThat(scenario.duration())
        .isEqualTo(Duration.ofMillis(Math.round(times.lengthMs() / 2.0)).plusSeconds(10));
  }

  @Test
  void stoppedDaemon_takesWhatItsSocketHoldsAndGoesOnLater() {
    SimulationResult result =
        mainline(
            """
            title = t, duration = 30 s
            settings { backlogLimit = 100000 }
            arrivals { recordsPerSecond = 100, random = false }
            daemon {
              recordsPerSecond = 5000, socketRecords = 50
              outages = [ { kind = stopped, from = 5 s, to = 15 s } ]
            }
            """);

    Sample before = sampleAt(result, 5_000);
    Sample during = sampleAt(result, 14_900);
    assertThat(during.delivered() - before.delivered()).isEqualTo(50);
    assertThat(during.logged() - before.logged()).isBetween(985L, 995L);
    assertThat(result.ledger().droppedTotal()).isZero();
    assertThat(result.ledger().delivered()).isBetween(2_999L, 3_000L);
    assertThat(result.caughtUp().orElseThrow()).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void killedDaemon_losesWhatItHadNotRead() {
    SimulationResult result =
        mainline(
            """
            title = t, duration = 20 s
            arrivals { recordsPerSecond = 100, random = false }
            daemon {
              recordsPerSecond = 10, socketRecords = 1000
              outages = [ { kind = killed, from = 5 s } ]
            }
            """);

    assertThat(result.read()).isBetween(48L, 50L);
    assertThat(result.lostInSocket()).isEqualTo(result.ledger().delivered() - result.read());
    assertThat(result.ledger().inHold()).isBetween(1_490L, 1_501L);
    assertThat(result.caughtUp()).isEmpty();
  }

  @Test
  void fullDisk_failsAtOnceAndDoesNotKeepTheThreadBusy() {
    String text =
        """
        title = t, duration = 60 s
        settings { backlogLimit = 1000 }
        arrivals { recordsPerSecond = 1000 }
        daemon {
          medium = file, recordsPerSecond = 500000
          outages = [ { kind = failing, error = eagain, from = 10 s, to = 50 s } ]
        }
        """;
    for (String id : List.of("mainline", "ordered")) {
      var counted = new EngineCpu(Duration.ofSeconds(10), Duration.ofSeconds(50));
      SimulationResult result = new Simulation(scenario(text), id, policy(id), counted).run();

      assertThat(result.endless()).isEmpty();
      // A pass each 250 ms, and one whenever half a backlog has come: 40 s × (4 + 2).
      assertThat(counted.passes()).as(id + ": passes").isLessThan(300);
      assertThat(counted.attempts()).as(id + ": attempts").isLessThan(300 * 11);
      assertThat(result.caughtUp()).isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource({"mainline", "rfc", "ordered"})
  void producersWithTime_waitInVirtualTimeAndLoseNothing(String id) {
    SimulationResult result =
        Simulator.run(
            scenario(
                """
                title = t, duration = 60 s, producers = 3
                settings { backlogLimit = 100, backlogWaitTime = 60 s }
                arrivals {
                  recordsPerSecond = 100
                  bursts { first = 5 s, length = 5 s, recordsPerSecond = 2000 }
                }
                daemon { recordsPerSecond = 500, socketRecords = 10 }
                """),
            id,
            policy(id));

    assertThat(result.ledger().droppedTotal()).isZero();
    assertThat(result.producerWaits()).isPositive();
    assertThat(result.longestProducerWait())
        .isBetween(Duration.ofMillis(10), Duration.ofSeconds(1));
    assertThat(result.longestProducerDelay()).isGreaterThan(Duration.ofSeconds(10));
    assertThat(result.ledger().logged()).isBetween(15_000L, 16_000L);
    assertThat(result.outOfOrder()).isZero();
  }

  @Test
  void producersWhoseTimeIsOver_loseTheRecordAndGoOn() {
    SimulationResult result =
        mainline(
            """
            title = t, duration = 60 s, producers = 2
            settings { backlogLimit = 10, backlogWaitTime = 3 s, auditDefault = off }
            arrivals { recordsPerSecond = 100 }
            daemon {
              recordsPerSecond = 1000, socketRecords = 10, sendTimeout = 50 s
              outages = [ { kind = stopped, from = 5 s } ]
            }
            """);

    assertThat(result.longestProducerWait()).isEqualTo(Duration.ofSeconds(3));
    assertThat(result.ledger().dropped(LostReason.BACKLOG_LIMIT)).isBetween(20L, 60L);
    assertThat(result.producerWaited()).isGreaterThan(Duration.ofSeconds(60));
  }

  @Test
  void v5_16_isReportedToNeverEnd() {
    String text =
        """
        title = t, duration = 30 s
        settings { backlogLimit = 50 }
        arrivals { recordsPerSecond = 100 }
        daemon {
          recordsPerSecond = 1000, socketRecords = 10
          outages = [ { kind = stopped, from = 5 s, to = 10 s } ]
        }
        """;
    SimulationResult result = Simulator.run(scenario(text), "v5.16", KernelPolicy.V5_16);
    String table = new SimulationReport(scenario(text), List.of(result)).table();

    assertThat(result.endless().orElseThrow())
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
    assertThat(result.ledger().dropped(LostReason.BACKLOG_LIMIT)).isPositive();
    assertThat(result.ledger().inMain()).isEqualTo(51);
    assertThat(table).contains("v5.16: the pass that began at 5 s ").contains("never ends");
  }

  @Test
  void sameSeed_givesTheSameBytes_otherSeedOthers() throws InterruptedException {
    Scenario scenario =
        scenario(
            """
            title = t, duration = 12 s, producers = 3
            settings { backlogLimit = 100, backlogWaitTime = 100 ms }
            arrivals { recordsPerSecond = 1000 }
            daemon {
              recordsPerSecond = 3000
              outages = [ { kind = stopped, from = 2 s, to = 4 s }, { kind = killed, from = 6 s, to = 8 s } ]
            }
            """);

    String first = Simulator.run(scenario, POLICIES).json();

    assertThat(Simulator.run(scenario, POLICIES).json()).isEqualTo(first);
    assertThat(Simulator.run(scenario.withSeed(2), POLICIES).json()).isNotEqualTo(first);
  }

  /** The short ones in each build, the ones of many minutes in {@code ./dev deep}. */
  static Stream<String> bundled() {
    Stream<String> shortOnes = Stream.of("daemon-restarted", "burst-at-boot");
    return Deep.isDeep()
        ? Stream.concat(shortOnes, Stream.of("slow-daemon", "disk-full"))
        : shortOnes;
  }

  @ParameterizedTest
  @MethodSource("bundled")
  @Tag(Deep.TAG)
  void bundledScenarios_showAnOutageThatEndsWell(String name) throws InterruptedException {
    Scenario scenario = ScenarioFile.load(name);
    SimulationReport report = Simulator.run(scenario, POLICIES);

    assertThat(report.results()).hasSize(4);
    for (SimulationResult result : report.results()) {
      assertThat(result.ledger().balances()).isTrue();
      if (!result.policy().equals("v5.16")) {
        assertThat(result.endless()).isEmpty();
        assertThat(result.highRetry()).isLessThanOrEqualTo(scenario.settings().backlogLimit());
      }
      assertThat(result.highMain()).isLessThanOrEqualTo(scenario.settings().backlogLimit() + 1L);
      assertThat(result.highHold()).isLessThanOrEqualTo(scenario.settings().backlogLimit());
    }
    Optional<SimulationResult> ordered =
        report.results().stream().filter(result -> result.policy().equals("ordered")).findFirst();
    assertThat(ordered.orElseThrow().outOfOrder()).isZero();
    assertThat(report.table()).contains("mainline").contains("ordered").contains("out of order");
  }

  private static Sample sampleAt(SimulationResult result, long atMs) {
    return result.samples().stream()
        .filter(sample -> sample.atMs() >= atMs)
        .findFirst()
        .orElseThrow();
  }
}
