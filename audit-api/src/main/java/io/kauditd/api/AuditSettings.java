// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * The settings that the kernel also has, under the kernel's names. Immutable; a changed copy comes
 * from the {@code with…} methods.
 *
 * @param backlogLimit the most records that each queue holds, 0 for no limit; the main queue, as
 *     the kernel's, takes one more before producers have to wait
 * @param backlogWaitTimeMs the longest that a producer waits for room, in milliseconds; 0: never
 * @param rateLimit records a second, 0 for no limit
 * @param failureMode what happens when a record is lost
 * @param auditDefault whether records are held while no daemon is there; the kernel's {@code
 *     audit=1} on the command line
 * @since 0.1.0
 */
public record AuditSettings(
    int backlogLimit,
    long backlogWaitTimeMs,
    int rateLimit,
    FailureMode failureMode,
    boolean auditDefault) {

  /** The largest backlog limit; beyond it, 0 says what is meant. */
  public static final int MAX_BACKLOG_LIMIT = Integer.MAX_VALUE - 1;

  /** The largest backlog wait time: ten times the kernel's default, as its own bound is. */
  public static final long MAX_BACKLOG_WAIT_TIME_MS = 600_000;

  /** The settings of an embedded engine: the application is never stalled unless it asks for it. */
  public static final AuditSettings DEFAULTS =
      new AuditSettings(8192, 0, 0, FailureMode.PRINTK, true);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the setting, the value and the range
   */
  public AuditSettings {
    check("backlogLimit", backlogLimit, MAX_BACKLOG_LIMIT);
    check("backlogWaitTimeMs", backlogWaitTimeMs, MAX_BACKLOG_WAIT_TIME_MS);
    check("rateLimit", rateLimit, Integer.MAX_VALUE);
  }

  private static void check(String name, long value, long max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be between 0 and " + max);
    }
  }

  /** These settings with another {@link #backlogLimit}. */
  public AuditSettings withBacklogLimit(int records) {
    return new AuditSettings(records, backlogWaitTimeMs, rateLimit, failureMode, auditDefault);
  }

  /** These settings with another {@link #backlogWaitTimeMs}. */
  public AuditSettings withBacklogWaitTimeMs(long ms) {
    return new AuditSettings(backlogLimit, ms, rateLimit, failureMode, auditDefault);
  }

  /** These settings with another {@link #rateLimit}. */
  public AuditSettings withRateLimit(int recordsPerSecond) {
    return new AuditSettings(
        backlogLimit, backlogWaitTimeMs, recordsPerSecond, failureMode, auditDefault);
  }

  /** These settings with another {@link #failureMode}. */
  public AuditSettings withFailureMode(FailureMode mode) {
    return new AuditSettings(backlogLimit, backlogWaitTimeMs, rateLimit, mode, auditDefault);
  }

  /** These settings with another {@link #auditDefault}. */
  public AuditSettings withAuditDefault(boolean on) {
    return new AuditSettings(backlogLimit, backlogWaitTimeMs, rateLimit, failureMode, on);
  }
}
