// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The result of an outage under one policy.
 *
 * @param policy the policy's id
 * @param status the engine's status at the end
 * @param daemon what the daemon counted
 * @param times how long the producer's records took
 * @param cpu the processor time of the queue thread while the daemon was stopped
 * @param from when the daemon was stopped, since measuring began
 * @param to when it went on
 * @param caughtUp how long after that everything that was held had been delivered or dropped; empty
 *     if it had not
 * @param samples how it went
 */
record OutageResult(
    String policy,
    AuditStatus status,
    OutageDaemon.Counts daemon,
    Map<OutagePhase, OutageProducer.Times> times,
    Duration cpu,
    Duration from,
    Duration to,
    Optional<Duration> caughtUp,
    List<OutageSampler.Sample> samples) {
  OutageProducer.Times times(OutagePhase phase) {
    return Objects.requireNonNull(times.get(phase));
  }

  /** The share of a core that the queue thread took while the daemon was stopped. */
  double cpuShare() {
    return (double) cpu.toNanos() / to.minus(from).toNanos();
  }
}
