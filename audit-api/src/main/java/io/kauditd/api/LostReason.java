// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * Why a record will not be delivered. Every dropped record is counted under exactly one reason.
 *
 * <p>Later versions may add reasons. Code that shows them should iterate over {@link
 * Ledger#dropped()} or {@link #values()}, and use {@link #message} and {@link #countsAsLost}.
 *
 * @since 0.1.0
 */
public enum LostReason {
  /** The main queue was over its limit and the producer could not, or no longer, wait. */
  BACKLOG_LIMIT("backlog limit exceeded", true),
  /** There were more records per second than the rate limit allows. */
  RATE_LIMIT("rate limit exceeded", true),
  /** The retry queue was full. */
  RETRY_OVERFLOW("kauditd retry queue overflow", true),
  /** The hold queue was full. */
  HOLD_OVERFLOW("kauditd hold queue overflow", true),
  /**
   * The record could not be sent and {@code auditDefault} is off, so it was not held. The kernel
   * prints such a record and does not count it in {@code lost}. The engine does the same.
   */
  NOT_HELD("not held: audit default is off", false),
  /** The error policy chose to drop the record. */
  SHED("shed by the error policy", true),
  /** It was the oldest of a full queue and made room for a newer one, as the policy chose. */
  EVICTED("evicted for a newer record", true),
  /** The transport will never take this record, for example because of its type. */
  REJECTED("rejected by the transport", true),
  /** The queue for the record failed, for example because the disk was full. */
  QUEUE_FAILURE("queue failure", true),
  /**
   * The record was logged after the log was closed, or still waited at that time in a queue that
   * ends with the log.
   */
  CLOSED("audit log closed", true),
  /**
   * The log was configured not to take such records, so this is no loss. The filter is applied
   * before anything else. So is the kernel's exclude filter, which neither prints nor counts such a
   * record.
   */
  FILTERED("filtered", false);

  private final String message;
  private final boolean lost;

  LostReason(String message, boolean lost) {
    this.message = message;
    this.lost = lost;
  }

  /** The reason as it is printed; the kernel's own words where the kernel knows the reason. */
  public String message() {
    return message;
  }

  /** Whether the reason counts in {@link AuditStatus#lost()}, the kernel's {@code lost} field. */
  public boolean countsAsLost() {
    return lost;
  }
}
