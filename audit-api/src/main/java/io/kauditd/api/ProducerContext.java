// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * What a producer may do when the backlog is over its limit; see audit_log_start().
 *
 * @since 0.1.0
 */
public enum ProducerContext {
  /** It may wait, at most {@link AuditSettings#backlogWaitTimeMs}. */
  BLOCKING,
  /** It may not wait: the record is lost at once. */
  ATOMIC,
  /**
   * It is the daemon (or a transport's own thread): it never waits and the limit is not applied.
   */
  DAEMON,
  /** It holds the control lock: as {@link #DAEMON}. */
  CONTROL;

  /** Whether the backlog limit is not applied to this producer. */
  public boolean skipsBacklog() {
    return this == DAEMON || this == CONTROL;
  }
}
