// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.MulticastListener;

/**
 * What a transport may ask of the engine. All methods may be called from any thread and return at
 * once; what they ask for happens on the kauditd thread between two attempts to send.
 *
 * @since 0.1.0
 */
public interface TransportContext {
  /**
   * A daemon has registered that has no port id; it replaces any other. Otherwise as {@link
   * #connect(long)}.
   */
  void connect();

  /**
   * A daemon has registered; it replaces any other. Follows auditd_set().
   *
   * @param peer its port id, 1 or more
   * @throws IllegalArgumentException if it is 0 or negative
   */
  void connect(long peer);

  /**
   * The daemon without a port id is gone, whether it had registered or {@link Transport#open} had
   * found it. Otherwise as {@link #disconnect(long)}.
   */
  void disconnect();

  /**
   * The daemon has unregistered. Follows auditd_reset(): the retry queue is moved to the hold
   * queue. Without effect if another daemon has taken the place of {@code peer} meanwhile.
   *
   * @param peer its port id, 1 or more
   * @throws IllegalArgumentException if it is 0 or negative
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
   * Records were written once more although they may have arrived, since their acknowledgement was
   * lost. For a transport that repeats them by itself, or knows better than {@link
   * SendResult#withInDoubt} which they are; no record is told of in both ways. {@link
   * RecordsInDoubt} keeps book.
   *
   * @param records how many, 0 or more
   * @throws IllegalArgumentException if it is negative
   */
  default void sentAgain(long records) {}

  /**
   * Adds a listener, as {@link io.kauditd.api.ManagedAuditLog#addListener}: for a transport that
   * shows the records to others beside the daemon.
   */
  void addListener(MulticastListener listener);

  /** Removes a listener, once; one that is not there is no error. */
  void removeListener(MulticastListener listener);

  /** The engine's state, as {@link io.kauditd.api.AuditLog#status}. */
  AuditStatus status();
}
