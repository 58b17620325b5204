// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.fixtures.Deep;
import io.kauditd.spi.ErrorPolicy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the 2022 patch promises for a daemon that is stopped under load: for an hour in {@code ./dev
 * deep}, for one minute in each build. The queues are full after seconds.
 */
class OutagePromisesTest {
  private static final long STOPPED_MINUTES = Deep.count(1, 60, 60);
  private static final Duration FROM = Duration.ofSeconds(Deep.count(10, 120, 120));
  private static final Duration TO = FROM.plusMinutes(STOPPED_MINUTES);
  private static final Duration ALL = TO.plusSeconds(Deep.count(20, 180, 180));
  private static final long RECORDS_PER_SECOND = 10_000;

  /**
   * Each queue with its attempts: five for the hold and the retry queue, one for the main queue.
   */
  private static final int ATTEMPTS_A_PASS = 5 + 5 + 1;

  private static final Duration SEND_TIMEOUT = Duration.ofMillis(100);

  /** What a failed send costs the processor; measured at a tenth of that. */
  private static final Duration CPU_A_SEND = Duration.ofNanos(20_000);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"mainline", "rfc", "ordered"})
  @Tag(Deep.TAG)
  void holdsUnderLoad(String id) throws Exception {
    Scenario scenario = stopped();
    int limit = scenario.settings().backlogLimit();
    var cpu = new EngineCpu(FROM, TO);
    long startedNs = cpuTimeNs();

    SimulationResult result = new Simulation(scenario, id, policy(id), cpu).run();

    Duration took = Duration.ofNanos(cpuTimeNs() - startedNs);
    System.out.printf(
        "%s: %d passes and %d attempts in %d minutes, %d ms of CPU, %.3f%% of a core; simulated"
            + " with %d ms of CPU%n",
        id,
        cpu.passes(),
        cpu.attempts(),
        STOPPED_MINUTES,
        cpu.cpu().toMillis(),
        100 * cpu.share(CPU_A_SEND),
        took.toMillis());
    // No pass fails to end, and none takes longer than its attempts may wait.
    assertThat(result.endless()).isEmpty();
    assertThat(result.longestPass())
        .isLessThan(SEND_TIMEOUT.multipliedBy(ATTEMPTS_A_PASS).plusMillis(500));
    // Every queue stays within its limit.
    assertThat(result.highMain()).isLessThanOrEqualTo(limit + 1L); // the kernel's own one more
    assertThat(result.highRetry()).isLessThanOrEqualTo(limit);
    assertThat(result.highHold()).isLessThanOrEqualTo(limit);
    // The queue thread hardly works.
    assertThat(cpu.failures()).isLessThanOrEqualTo(ATTEMPTS_A_PASS * (cpu.passes() + 1));
    assertThat(cpu.share(CPU_A_SEND)).isLessThan(0.05);
    // With a wait time of 0, producers do not notice.
    assertThat(result.producerWaits()).isZero();
    assertThat(result.longestProducerWait()).isZero();
    // And afterwards all that was held is delivered.
    assertThat(result.caughtUp().orElseThrow()).isLessThan(Duration.ofSeconds(5));
    assertThat(result.ledger().waiting()).isLessThan(100);
    assertThat(result.ledger().logged())
        .isCloseTo(RECORDS_PER_SECOND * ALL.toSeconds(), Percentage.withPercentage(1));
    // An hour at 10,000 records a second takes seconds.
    assertThat(took).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void before_doesNotHoldFor5_16() throws Exception {
    Scenario scenario = stopped();

    SimulationResult result = Simulator.run(scenario, "v5.16", KernelPolicy.V5_16);

    assertThat(result.endless().orElseThrow()).isBetween(FROM, FROM.plusSeconds(10));
    assertThat(result.caughtUp()).isEmpty();
    assertThat(result.ledger().delivered())
        .isLessThan(RECORDS_PER_SECOND * FROM.plusSeconds(10).toSeconds());
  }

  /** The scenario that comes with the program, its times as long as they are here. */
  private Scenario stopped() throws IOException {
    String hour = ScenarioFile.bundled("daemon-stopped");
    String here =
        hour.replace("duration = 65 minutes", "duration = " + ALL.toSeconds() + " s")
            .replace("from = 2 minutes", "from = " + FROM.toSeconds() + " s")
            .replace("to = 62 minutes", "to = " + TO.toSeconds() + " s");
    assertThat(here)
        .contains("duration = " + ALL.toSeconds() + " s")
        .contains("from = " + FROM.toSeconds() + " s, to = " + TO.toSeconds() + " s");
    return ScenarioFile.load(Files.writeString(directory.resolve("stopped.conf"), here));
  }

  private static ErrorPolicy policy(String id) {
    return switch (id) {
      case "mainline" -> KernelPolicy.MAINLINE;
      case "rfc" -> KernelPolicy.RFC;
      default -> new OrderedPolicy();
    };
  }

  private static long cpuTimeNs() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
