// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.spi.ErrorPolicy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the 2022 patch promises for a daemon that is stopped for an hour under load. */
class OutagePromisesTest {
  private static final Duration FROM = Duration.ofMinutes(2);
  private static final Duration TO = Duration.ofMinutes(62);

  /**
   * Each queue with its attempts: five for the hold and the retry queue, one for the main queue.
   */
  private static final int ATTEMPTS_A_PASS = 5 + 5 + 1;

  private static final Duration SEND_TIMEOUT = Duration.ofMillis(100);

  /** What a failed send costs the processor; measured at a tenth of that. */
  private static final Duration CPU_A_SEND = Duration.ofNanos(20_000);

  @ParameterizedTest
  @ValueSource(strings = {"mainline", "rfc", "ordered"})
  void holdsForAnHourUnderLoad(String id) {
    Scenario scenario = ScenarioFile.load("daemon-stopped");
    int limit = scenario.settings().backlogLimit();
    var cpu = new EngineCpu(FROM, TO);
    long startedNs = cpuTimeNs();

    SimulationResult result = new Simulation(scenario, id, policy(id), cpu).run();

    Duration took = Duration.ofNanos(cpuTimeNs() - startedNs);
    System.out.printf(
        "%s: %d passes and %d attempts in the hour, %d ms of CPU, %.3f%% of a core; simulated with"
            + " %d ms of CPU%n",
        id,
        cpu.passes(),
        cpu.attempts(),
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
    assertThat(result.ledger().logged()).isBetween(38_900_000L, 39_100_000L);
    // An hour at 10,000 records a second takes seconds.
    assertThat(took).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void before_doesNotHoldFor5_16() {
    Scenario scenario = ScenarioFile.load("daemon-stopped");

    SimulationResult result = Simulator.run(scenario, "v5.16", KernelPolicy.V5_16);

    assertThat(result.endless().orElseThrow()).isBetween(FROM, FROM.plusSeconds(10));
    assertThat(result.caughtUp()).isEmpty();
    assertThat(result.ledger().delivered()).isLessThan(1_300_000);
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
