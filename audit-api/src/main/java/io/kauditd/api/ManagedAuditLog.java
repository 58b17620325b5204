// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * The owner's side of a log: everything in {@link AuditLog}, and what only the code that started
 * the log should do. The owner gives {@link #producer()} to the code that logs.
 *
 * <p>All methods may be called from any thread, platform or virtual, unless they say otherwise.
 *
 * @since 0.1.0
 */
public interface ManagedAuditLog extends AuditLog, AutoCloseable {
  /**
   * The log for those who write to it: they can neither close nor configure it, nor cast it back.
   *
   * <p><b>Blocking</b>: never.
   */
  default AuditLog producer() {
    return new ProducerView(this);
  }

  /**
   * Changes the settings. The change applies to the next record and the next send attempt.
   *
   * <p><b>Blocking</b>: never. <b>Errors</b>: an exception of the change is thrown to the caller,
   * and the settings stay unchanged.
   *
   * @param change makes new settings from the present ones, {@code s -> s.withRateLimit(100)}; may
   *     be called more than once if other threads change them at the same time
   */
  void configure(UnaryOperator<AuditSettings> change);

  /**
   * Adds a listener. It sees the records that leave the main queue from now on. A listener that is
   * added twice sees them twice.
   */
  void addListener(MulticastListener listener);

  /** Removes a listener, once; a missing one is no error. */
  void removeListener(MulticastListener listener);

  /**
   * Asks the transport to begin a new log, as {@code auditctl --signal rotate} asks auditd; see
   * {@link io.kauditd.spi.Transport#rotate}.
   *
   * <p><b>Blocking</b>: never; the kauditd thread carries it out between two send attempts.
   */
  void rotate();

  /**
   * Asks a transport that stopped by itself, for example because its disk was full, to continue, as
   * {@code auditctl --signal resume} asks auditd; see {@link io.kauditd.spi.Transport#resume}.
   *
   * <p><b>Blocking</b>: never.
   */
  void resume();

  /**
   * Waits until each record that was logged before the call was delivered, was dropped and counted,
   * or is in a queue that survives the program. The log continues to accept records.
   *
   * <p>With a policy that lets records overtake each other, this may be known only after the retry
   * and hold queues are empty.
   *
   * <p><b>Thread</b>: any. On the kauditd thread, and in a plug-in or listener that it calls, it
   * does not wait, because it would wait for itself. In an engine without a thread, the owner's
   * call runs passes, and other threads wait for these. <b>Blocking</b>: at most {@code timeout}.
   * An interrupt does not end the wait, and the caller finds its flag set.
   *
   * @param timeout the maximum time to wait; 0 to return at once
   * @throws IllegalArgumentException if it is negative
   */
  FlushResult flush(Duration timeout);

  /**
   * The position after the last record that was accepted so far. Records that a thread logged
   * before it asks are at or below it. Positions only increase.
   *
   * <p><b>Blocking</b>: never; cheap enough to call for each batch of records.
   */
  long accepted();

  /**
   * The position up to which records are settled: each record at or below it was delivered, was
   * dropped and counted, or is in a queue that survives the program. Compare it with the result of
   * {@link #accepted}.
   *
   * <p><b>Blocking</b>: never.
   */
  long settled();

  /**
   * Stops accepting records, delivers waiting records until the deadline, and closes queues and
   * transport. The ledger shows undelivered records: as waiting if they are in a queue that the
   * caller has made, else as lost, {@link LostReason#CLOSED}. It returns early when a pass delivers
   * nothing and all remaining records outlive the program. Calling it again returns the final
   * status.
   *
   * <p><b>Thread</b>: any except the kauditd thread, because it waits for that thread to end. So no
   * listener and no plug-in may close its own log. <b>Blocking</b>: at most {@code deadline} and
   * some milliseconds, whatever the transport does. An interrupt does not end the wait, and the
   * caller finds its flag set.
   *
   * @param deadline how long waiting records are still delivered; 0 for not at all
   */
  AuditStatus close(Duration deadline);

  /** Closes with a deadline of ten seconds. */
  @Override
  default void close() {
    close(Duration.ofSeconds(10));
  }
}
