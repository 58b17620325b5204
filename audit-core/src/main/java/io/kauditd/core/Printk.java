// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;

/**
 * Where the kernel's log lines go, and records as the last way out. Called by the kauditd thread
 * and by producers; an implementation is safe for that and returns soon.
 *
 * @since 0.1.0
 */
public interface Printk {
  /** Whether one more line may be printed now; follows printk_ratelimit(). */
  boolean ratelimit();

  /** A warning: {@code audit_lost=…}, {@code audit_backlog=… > audit_backlog_limit=…}. */
  void warn(String line);

  /** An error: why a record was lost. */
  void err(String line);

  /** A record that may never reach a daemon. */
  void record(AuditRecord record);
}
