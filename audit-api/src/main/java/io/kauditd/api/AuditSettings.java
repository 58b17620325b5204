// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings that the kernel also has, under the kernel's names. They are immutable. Start with
 * {@link #DEFAULTS} and change what should be different:
 *
 * <pre>{@code
 * AuditSettings.DEFAULTS.withBacklogLimit(1000).withAuditDefault(false)
 * }</pre>
 *
 * @since 0.1.0
 */
public final class AuditSettings {
  /** The largest backlog limit; for more, use 0. */
  public static final int MAX_BACKLOG_LIMIT = Integer.MAX_VALUE - 1;

  /** The largest backlog wait time: ten times the kernel's default, as in the kernel. */
  public static final long MAX_BACKLOG_WAIT_TIME_MS = 600_000;

  /**
   * An administrator's settings: a backlog limit of 8,192, no wait, no rate limit, {@link
   * FailureMode#PRINTK}, auditDefault on.
   */
  public static final AuditSettings DEFAULTS =
      new AuditSettings(8192, 0, 0, FailureMode.PRINTK, true);

  /**
   * The settings of an embedded engine: as {@link #DEFAULTS}, but with a backlog limit of 524,288.
   * An application that has just started logs faster than code that is not compiled yet can empty a
   * queue. It should not lose records for that reason. Its queues in memory also have a limit in
   * bytes.
   */
  public static final AuditSettings EMBEDDED = DEFAULTS.withBacklogLimit(524_288);

  private final int backlogLimit;
  private final long backlogWaitTimeMs;
  private final int rateLimit;
  private final FailureMode failureMode;
  private final boolean auditDefault;

  private AuditSettings(
      int backlogLimit,
      long backlogWaitTimeMs,
      int rateLimit,
      FailureMode failureMode,
      boolean auditDefault) {
    check("backlogLimit", backlogLimit, MAX_BACKLOG_LIMIT);
    check("backlogWaitTimeMs", backlogWaitTimeMs, MAX_BACKLOG_WAIT_TIME_MS);
    check("rateLimit", rateLimit, Integer.MAX_VALUE);
    this.backlogLimit = backlogLimit;
    this.backlogWaitTimeMs = backlogWaitTimeMs;
    this.rateLimit = rateLimit;
    this.failureMode = Objects.requireNonNull(failureMode, "failureMode");
    this.auditDefault = auditDefault;
  }

  private static void check(String name, long value, long max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it must be between 0 and " + max);
    }
  }

  /**
   * The maximum number of records in each queue, 0 for no limit. Like the kernel's, the main queue
   * takes one record more before producers have to wait.
   */
  public int backlogLimit() {
    return backlogLimit;
  }

  /** The maximum time that a producer waits for room, in milliseconds; 0 if it never waits. */
  public long backlogWaitTimeMs() {
    return backlogWaitTimeMs;
  }

  /** Maximum number of records per second, 0 for no limit. */
  public int rateLimit() {
    return rateLimit;
  }

  /** What happens when a record is lost. */
  public FailureMode failureMode() {
    return failureMode;
  }

  /**
   * Whether records are held while no daemon is connected; the kernel's {@code audit=1} on the
   * command line.
   */
  public boolean auditDefault() {
    return auditDefault;
  }

  /**
   * These settings with another {@link #backlogLimit}.
   *
   * @throws IllegalArgumentException naming the setting, the value and the range
   */
  public AuditSettings withBacklogLimit(int records) {
    return new AuditSettings(records, backlogWaitTimeMs, rateLimit, failureMode, auditDefault);
  }

  /**
   * These settings with another {@link #backlogWaitTimeMs}.
   *
   * @throws IllegalArgumentException naming the setting, the value and the range
   */
  public AuditSettings withBacklogWaitTimeMs(long ms) {
    return new AuditSettings(backlogLimit, ms, rateLimit, failureMode, auditDefault);
  }

  /**
   * These settings with another {@link #rateLimit}.
   *
   * @throws IllegalArgumentException naming the setting, the value and the range
   */
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuditSettings that
        && backlogLimit == that.backlogLimit
        && backlogWaitTimeMs == that.backlogWaitTimeMs
        && rateLimit == that.rateLimit
        && failureMode == that.failureMode
        && auditDefault == that.auditDefault;
  }

  @Override
  public int hashCode() {
    return Objects.hash(backlogLimit, backlogWaitTimeMs, rateLimit, failureMode, auditDefault);
  }

  /** Every setting by its name. */
  @Override
  public String toString() {
    return "backlogLimit="
        + backlogLimit
        + " backlogWaitTimeMs="
        + backlogWaitTimeMs
        + " rateLimit="
        + rateLimit
        + " failureMode="
        + failureMode
        + " auditDefault="
        + auditDefault;
  }
}
