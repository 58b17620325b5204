// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.MulticastListener;

/**
 * The requests that a transport may make to the engine. Any thread may call the methods, which
 * return at once. The kauditd thread carries the requests out between two send attempts.
 *
 * @since 0.1.0
 */
public interface TransportContext {
  /**
   * Reports that a daemon without a port id has registered. It replaces any other daemon. Otherwise
   * as {@link #connect(long)}.
   */
  void connect();

  /**
   * Reports that a daemon has registered. It replaces any other daemon. Follows auditd_set().
   *
   * @param peer its port id, 1 or more
   * @throws IllegalArgumentException if it is 0 or negative
   */
  void connect(long peer);

  /**
   * Reports that the daemon without a port id is gone, whether it had registered or {@link
   * Transport#open} had found it. Otherwise as {@link #disconnect(long)}.
   */
  void disconnect();

  /**
   * Reports that the daemon that {@link Transport#open} had found is gone, which the transport has
   * noticed while there was nothing to send. Otherwise as {@link #disconnect()}.
   *
   * @param reason what has happened, in words
   */
  default void disconnect(String reason) {
    disconnect();
  }

  /**
   * Reports that the daemon has unregistered. Follows auditd_reset(): the retry queue is moved to
   * the hold queue. Has no effect if another daemon has replaced {@code peer} meanwhile.
   *
   * @param peer its port id, 1 or more
   * @throws IllegalArgumentException if it is 0 or negative
   */
  void disconnect(long peer);

  /**
   * Calls the panic handler, whatever the failure mode is, because records can no longer be kept
   * and the transport was configured to stop the program then. This corresponds to auditd's actions
   * {@code single} and {@code halt}.
   *
   * @param reason what has happened, in words
   */
  default void panic(String reason) {}

  /**
   * Reports that records were written again although they may have arrived, because their
   * acknowledgement was lost. It is for a transport that repeats records by itself, or knows better
   * than {@link SendResult#withInDoubt} which they are. No record is reported in both ways. {@link
   * RecordsInDoubt} keeps the count.
   *
   * @param records how many, 0 or more
   * @throws IllegalArgumentException if it is negative
   */
  default void sentAgain(long records) {}

  /**
   * Adds a listener, as {@link io.kauditd.api.ManagedAuditLog#addListener} does, for a transport
   * that also shows the records to others than the daemon.
   */
  void addListener(MulticastListener listener);

  /** Removes a listener, once; a missing one is no error. */
  void removeListener(MulticastListener listener);

  /** The engine's status, as {@link io.kauditd.api.AuditLog#status} returns it. */
  AuditStatus status();
}
