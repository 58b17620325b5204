// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditLog;

/**
 * What a transport may ask of the engine. All methods may be called from any thread and return at
 * once; what they ask for happens on the kauditd thread between two attempts to send.
 *
 * @since 0.1.0
 */
public interface TransportContext {
  /**
   * A daemon has registered; it replaces any other. Follows auditd_set().
   *
   * @param peer its port id, 1 or more
   */
  void connect(long peer);

  /**
   * The daemon has unregistered. Follows auditd_reset(): the retry queue is moved to the hold
   * queue. Without effect if another daemon has taken the place of {@code peer} meanwhile.
   */
  void disconnect(long peer);

  /**
   * Records can no longer be kept, and whoever set up the transport has asked that the program does
   * not go on without them: calls the panic handler, whatever the failure mode is. What auditd does
   * with the actions {@code single} and {@code halt}.
   *
   * @param reason what has happened, in words
   */
  default void panic(String reason) {}

  /**
   * The log itself: its status, its settings, and its listeners. A transport's own threads log with
   * {@link io.kauditd.api.ProducerContext#DAEMON}, so that they never wait for themselves.
   */
  AuditLog log();
}
