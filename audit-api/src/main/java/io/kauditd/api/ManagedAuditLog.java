// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * The owner's side of a log: all of {@link AuditLog}, and what only who started it should do. What
 * the owner hands out is {@link #producer()}.
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
   * Changes the settings; the change is seen by the next record and the next attempt to send.
   *
   * <p><b>Blocking</b>: never. <b>Errors</b>: what the change throws comes out of here, and the
   * settings stay as they are.
   *
   * @param change makes new settings from those in force, {@code s -> s.withRateLimit(100)}; may be
   *     called more than once if others change them at the same time
   */
  void configure(UnaryOperator<AuditSettings> change);

  /**
   * Adds a listener; it sees the records that leave the main queue from now on. One that is added
   * twice sees them twice.
   */
  void addListener(MulticastListener listener);

  /** Removes a listener, once; one that is not there is no error. */
  void removeListener(MulticastListener listener);

  /**
   * Asks the transport to begin a new log, as {@code auditctl --signal rotate} asks auditd; see
   * {@link io.kauditd.spi.Transport#rotate}.
   *
   * <p><b>Blocking</b>: never; the kauditd thread does it between two attempts to send.
   */
  void rotate();

  /**
   * Asks a transport that stopped by itself, such as one whose disk had become too full, to go on,
   * as {@code auditctl --signal resume} asks auditd; see {@link io.kauditd.spi.Transport#resume}.
   *
   * <p><b>Blocking</b>: never.
   */
  void resume();

  /**
   * Waits until each record that was logged before the call was delivered, dropped and counted, or
   * lies in a queue that survives the program. Records are taken meanwhile as always.
   *
   * <p>A policy that lets records overtake each other may have to empty the retry and hold queues
   * before this is known.
   *
   * <p><b>Thread</b>: any. On the kauditd thread, and in a plug-in or listener that it calls, it
   * does not wait: it would wait for itself. In an engine without a thread its owner runs passes
   * here, and others wait for those that the owner runs. <b>Blocking</b>: at most {@code timeout};
   * an interrupt does not end it and is kept for the caller.
   *
   * @param timeout 0 for only looking
   * @throws IllegalArgumentException if it is negative
   */
  FlushResult flush(Duration timeout);

  /**
   * The position behind the last record that was accepted so far: what a thread has logged before
   * it asks stands at or below it. Positions only grow.
   *
   * <p><b>Blocking</b>: never; cheap enough for each batch of records.
   */
  long accepted();

  /**
   * How far records are settled: each at or below this position was delivered, dropped and counted,
   * or lies in a queue that survives the program. To be compared with what {@link #accepted} said.
   *
   * <p><b>Blocking</b>: never.
   */
  long settled();

  /**
   * Stops taking records, delivers what waits until the deadline has passed, and closes queues and
   * transport. What could not be delivered is in the ledger: as waiting if it lies in a queue that
   * the caller has made, else as lost, {@link LostReason#CLOSED}. It returns early when a pass
   * delivers nothing and all that is left outlives the program. Calling it again returns the final
   * status.
   *
   * <p><b>Thread</b>: any but the kauditd thread, for whose end it waits: no listener and no
   * plug-in closes its own log. <b>Blocking</b>: at most {@code deadline} and some milliseconds,
   * whatever the transport does; an interrupt does not end it and is kept for the caller.
   *
   * @param deadline how long what waits is still delivered; 0 for not at all
   */
  AuditStatus close(Duration deadline);

  /** Closes with a deadline of ten seconds. */
  @Override
  default void close() {
    close(Duration.ofSeconds(10));
  }
}
