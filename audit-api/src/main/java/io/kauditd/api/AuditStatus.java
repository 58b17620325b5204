// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import org.jspecify.annotations.Nullable;

/**
 * The state of an engine as it was between two passes: the kernel's own status fields, and what the
 * kernel does not tell.
 *
 * @param settings the settings in force
 * @param policy the id of the error policy
 * @param transport the id of the transport
 * @param daemon the connected daemon's port id, 0 for none; the kernel's {@code pid}
 * @param lost records lost for a reason that {@linkplain LostReason#countsAsLost counts}; the
 *     kernel's {@code lost}
 * @param backlogWaitTimeActualMs the time that producers have spent waiting, in milliseconds
 * @param ledger where every record is
 * @param highWater the most records that each queue has held
 * @param passes passes run
 * @param sendAttempts attempts to send a record, successful or not
 * @param failedSends attempts that failed
 * @param printed records printed as the last way out
 * @param resets connections given up after a failure
 * @param endlessPasses passes that would not have ended: under {@code v5.16}, or another policy
 *     that walks without a bound
 * @param lastError the last failed send or open, in words; null if there was none
 * @param closed whether the log has been closed
 * @since 0.1.0
 */
public record AuditStatus(
    AuditSettings settings,
    String policy,
    String transport,
    long daemon,
    long lost,
    long backlogWaitTimeActualMs,
    Ledger ledger,
    HighWater highWater,
    long passes,
    long sendAttempts,
    long failedSends,
    long printed,
    long resets,
    long endlessPasses,
    @Nullable String lastError,
    boolean closed) {

  /** Records in the main queue; the kernel's {@code backlog}. */
  public long backlog() {
    return ledger.inMain();
  }

  /**
   * The most records that each queue has held.
   *
   * @param main in the main queue, as seen when a pass came to it
   * @param retry in the retry queue
   * @param hold in the hold queue
   */
  public record HighWater(long main, long retry, long hold) {}
}
