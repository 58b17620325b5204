// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.Ledger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The result of a scenario under one policy.
 *
 * @param policy the policy's id
 * @param ledger where every record is at the end; it balances
 * @param read records that the daemon has read
 * @param inSocket records delivered to its socket that it has not read
 * @param lostInSocket records that were in its socket when it was killed
 * @param outOfOrder records delivered after one that was logged later
 * @param printed records printed as a last resort
 * @param highMain the maximum number of records in the main queue
 * @param highRetry the maximum number of records in the retry queue
 * @param highHold the maximum number of records in the hold queue
 * @param producerWaits calls of producers that had to wait
 * @param producerWaited the time that all producers waited
 * @param longestProducerWait the longest call of a producer
 * @param longestProducerDelay the longest latency from scheduled time of a record; longer than a
 *     wait if the record before had to wait already
 * @param sendAttempts attempts to send a record
 * @param failedSends attempts that failed
 * @param passes passes run
 * @param longestPass the longest pass; an endless one does not count
 * @param endless when the endless pass began; empty if all passes end, as they should
 * @param caughtUp time from the end of the last outage until nothing was held any more; empty if
 *     there was no outage, or something is still held
 * @param samples the samples, in order of time
 * @since 0.1.0
 */
public record SimulationResult(
    String policy,
    Ledger ledger,
    long read,
    long inSocket,
    long lostInSocket,
    long outOfOrder,
    long printed,
    long highMain,
    long highRetry,
    long highHold,
    long producerWaits,
    Duration producerWaited,
    Duration longestProducerWait,
    Duration longestProducerDelay,
    long sendAttempts,
    long failedSends,
    long passes,
    Duration longestPass,
    Optional<Duration> endless,
    Optional<Duration> caughtUp,
    List<Sample> samples) {
  /** Copies the samples. */
  public SimulationResult {
    samples = List.copyOf(samples);
  }
}
