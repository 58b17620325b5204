// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import java.util.function.BooleanSupplier;

/**
 * The destination of the kernel's log lines, and of records as a last resort.
 *
 * <p><b>Thread</b>: the kauditd thread and producers, several at once. <b>Blocking</b>: must not
 * block, because the producer or the queues stop meanwhile. <b>Errors</b>: an exception is logged
 * once and not rethrown; the line is missing then.
 *
 * @since 0.1.0
 */
public interface Printk {
  /** A destination that prints nothing. What it is given counts as printed all the same. */
  static Printk silent() {
    return silent(() -> true);
  }

  /**
   * A destination that prints nothing. Records count as printed where the limit lets them through.
   *
   * @param ratelimit answers for {@link #ratelimit}; any thread may ask it
   */
  static Printk silent(BooleanSupplier ratelimit) {
    return new SilentPrintk(ratelimit);
  }

  /**
   * Whether one more line may be printed now; follows printk_ratelimit(). Asked before each line
   * and each record.
   */
  boolean ratelimit();

  /**
   * Whether one more line about losses may be printed now. A separate limit keeps printed records
   * from using up the limit for these lines. Otherwise an outage that prints ten records says
   * nothing about the thousands that it loses. Default: {@link #ratelimit}, as in the kernel.
   *
   * <p>After a false, the engine asks again from time to time and after each pass, and prints the
   * total when it may.
   */
  default boolean ratelimitLosses() {
    return ratelimit();
  }

  /** A warning: {@code audit_lost=…}, {@code audit_backlog=… > audit_backlog_limit=…}. */
  void warn(String line);

  /** An error: why a record was lost. */
  void err(String line);

  /** A record that may never reach a daemon. */
  void record(AuditRecord record);
}
