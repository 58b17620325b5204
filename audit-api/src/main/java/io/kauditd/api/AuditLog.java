// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * A log that audit records are written to: what an application holds.
 *
 * <p>All methods may be called from any thread, platform or virtual. None throws because a record
 * could not be delivered: a lost record is counted, and {@link #status()} says why.
 *
 * @since 0.1.0
 */
public interface AuditLog extends AutoCloseable {
  /**
   * Logs one record, with the time of now and the next serial.
   *
   * <p><b>Blocking</b>: at most {@link AuditSettings#backlogWaitTimeMs}, and only while the backlog
   * is over its limit; an interrupt does not end the wait and is kept for the caller.
   *
   * @return whether the record was accepted; if not, it is counted as lost
   */
  boolean log(int type, String text);

  /** Logs a record that brings its own time and serial, otherwise as {@link #log(int, String)}. */
  default boolean log(AuditRecord record) {
    return log(record, ProducerContext.BLOCKING);
  }

  /** Logs a record for a producer that may, or may not, wait. */
  boolean log(AuditRecord record, ProducerContext context);

  /** Starts an event of several records: reads the time and takes the next serial. */
  AuditEvent event();

  /** The state between two passes. Does not block and does not disturb the kauditd thread. */
  AuditStatus status();

  /** Changes the settings; the change is seen by the next record and the next attempt to send. */
  void configure(UnaryOperator<AuditSettings> change);

  /** Adds a listener; it sees the records that leave the main queue from now on. */
  void addListener(MulticastListener listener);

  /** Removes a listener. */
  void removeListener(MulticastListener listener);

  /**
   * Stops taking records, delivers what waits until the deadline has passed, and closes queues and
   * transport. What could not be delivered is in the ledger, as waiting. Calling it again returns
   * the final status.
   *
   * <p><b>Blocking</b>: at most {@code deadline}.
   */
  AuditStatus close(Duration deadline);

  /** Closes with a deadline of ten seconds. */
  @Override
  default void close() {
    close(Duration.ofSeconds(10));
  }
}
