// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;

/**
 * Where the kernel's log lines go, and records as the last way out.
 *
 * <p><b>Thread</b>: the kauditd thread and producers, several at once. <b>Blocking</b>: none; who
 * logs, or the queues, stand still meanwhile. <b>Errors</b>: what it throws is logged once and goes
 * no further; the line is then missing.
 *
 * @since 0.1.0
 */
public interface Printk {
  /**
   * Whether one more line may be printed now; follows printk_ratelimit(). Asked before each line
   * and each record.
   */
  boolean ratelimit();

  /**
   * Whether one more line about losses may be printed now, where records that are printed shall not
   * use up what the lines have: else an outage that prints ten records says nothing of the
   * thousands that it loses. Default: {@link #ratelimit}, as the kernel has it.
   *
   * <p>When it has said false, the engine asks again now and then, and when a pass has ended, and
   * prints the total once it may.
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
