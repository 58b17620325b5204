// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue of records, first in, first out. Records leave it in two steps: {@link #poll} takes the
 * record at the head, which is then in flight, and {@link #acknowledge} lets the queue forget it. A
 * queue that survives the program offers unacknowledged records again at the next start.
 *
 * <p><b>Threads</b>: {@link #add} on the main queue is called by many producers at once. Only the
 * kauditd thread calls the other methods, and {@link #add} on the retry and hold queues. {@link
 * #size} may be called by any thread.
 *
 * <p><b>Errors</b>: an exception that a method does not name is a fault of the queue. It is logged
 * once, and the engine continues. If {@link #add} throws it, the record is counted as lost. If
 * {@link #poll} throws it, the queue cannot be read just now; the engine asks again later. If
 * {@link #acknowledge} throws it, the records still count as settled. If {@link #putBack} throws
 * it, the engine adds the records again, at the end, and acknowledges them at their old place;
 * those that are not taken are lost.
 *
 * <p>The rules Q1 to Q21 of {@code docs/reference/spi-rules.md} say what a queue promises; {@code
 * AuditQueueContract} of the test kit checks them.
 *
 * @since 0.1.0
 */
public interface AuditQueue extends AutoCloseable {
  /**
   * Adds a record at the end, if fewer than {@code capacity} records are in the queue.
   *
   * <p><b>Thread</b>: any, for the main queue; the kauditd thread otherwise. <b>Blocking</b>: never
   * waits for room. <b>Errors</b>: returns false if there is no room, because of {@code capacity}
   * or the queue's own bound. The record was not taken then.
   *
   * <p>An added record is visible to {@link #size} on every thread, in the order of volatile
   * accesses. Producers rely on this to decide whether the kauditd thread must be woken.
   *
   * @param capacity the maximum number of records, 1 or more; {@link Integer#MAX_VALUE} for no
   *     limit
   * @throws IOException if the queue's medium failed; the record was not taken
   */
  boolean add(AuditRecord record, int capacity) throws IOException;

  /**
   * Adds records at the end, in their order, as {@link #add} does one by one. A queue on a medium
   * may write them at once. It stops at the first record that is not taken.
   *
   * <p><b>Thread</b>: as for {@link #add}. <b>Blocking</b>: never waits for room. <b>Errors</b>:
   * takes fewer than all if there was no room for the next one, or the medium failed on it. {@link
   * #add} tells which.
   *
   * @return how many were taken, counted from the first
   * @throws IOException if the queue's medium failed on the first one; none was taken
   */
  default int addAll(List<AuditRecord> records, int capacity) throws IOException {
    int taken = 0;
    for (AuditRecord record : records) {
      try {
        if (!add(record, capacity)) {
          break;
        }
      } catch (IOException | RuntimeException | Error e) {
        if (taken == 0) {
          throw e;
        }
        break; // those before it were taken
      }
      taken++;
    }
    return taken;
  }

  /**
   * Takes the record at the head, which is in flight from then on. Returns null if there is none.
   *
   * <p><b>Thread</b>: kauditd. <b>Blocking</b>: never waits for a record. <b>Errors</b>: null while
   * {@link #size} is not 0 means that the medium cannot be read just now. The engine asks again
   * later. A record that will never be readable leaves the queue and is counted in {@link #lost}.
   */
  @Nullable AuditRecord poll();

  /**
   * Forgets the {@code count} oldest records in flight: they were delivered, dropped, or added to
   * another queue (or again to this one).
   *
   * <p><b>Thread</b>: kauditd. <b>Blocking</b>: as long as the medium takes to remember it.
   *
   * @throws IllegalArgumentException if fewer are in flight, or the count is negative; nothing has
   *     changed then
   */
  void acknowledge(int count);

  /**
   * Puts the {@code count} youngest records in flight back at the head, in their old order.
   *
   * <p><b>Thread</b>: kauditd. <b>Blocking</b>: never.
   *
   * @throws IllegalArgumentException if fewer are in flight, or the count is negative; nothing has
   *     changed then
   */
  void putBack(int count);

  /**
   * The records in the queue, without those in flight; 0 or more. <b>Thread</b>: any.
   * <b>Blocking</b>: never; producers ask for each record, so it is quick.
   */
  int size();

  /**
   * Makes the additions and acknowledgements so far as durable as the queue's medium promises.
   * Called at the end of every pass, up to a thousand times a second.
   *
   * <p><b>Thread</b>: kauditd. <b>Blocking</b>: as long as the medium takes to remember it.
   */
  default void passEnded() {}

  /**
   * The number of records from an earlier run that were in the queue when it was opened. It
   * includes those that {@link #lost} counts because they turned out to be damaged. <b>Thread</b>:
   * any.
   */
  default long recovered() {
    return 0;
  }

  /**
   * The number of records that the queue had taken, now or in an earlier run, and found damaged
   * since it was opened. It increases when they leave {@link #size}. The engine counts them as
   * dropped. <b>Thread</b>: kauditd.
   */
  default long lost() {
    return 0;
  }

  /**
   * The number of records that the queue has dropped by itself to make room for newer ones, since
   * it was opened. It increases when they leave {@link #size}. The engine counts them as dropped,
   * {@link io.kauditd.api.LostReason#EVICTED evicted}. <b>Thread</b>: kauditd.
   */
  default long evicted() {
    return 0;
  }

  /**
   * Whether the queue has its own bound, for example in bytes. It replaces the backlog limit:
   * {@link #add} is called without a limit, and returns false when there is no room. <b>Thread</b>:
   * any. <b>Blocking</b>: never; the answer never changes.
   */
  default boolean boundsItself() {
    return false;
  }

  /**
   * Whether the records in the queue outlive the program, even if it is killed. Then an added
   * record counts as settled, like a delivered one. <b>Thread</b>: any. <b>Blocking</b>: never; the
   * answer never changes.
   */
  default boolean outlivesProgram() {
    return false;
  }

  /**
   * The highest number that a record of this queue ever had, also in earlier runs; 0 for none. The
   * engine gives new records higher numbers, so no number is used twice. <b>Thread</b>: any.
   * <b>Blocking</b>: never.
   */
  default long highestNumber() {
    return 0;
  }

  /**
   * Tells the queue that numbers up to this one were given elsewhere. A queue that numbers its
   * records by itself gives new records a higher number. Called before the first record is added,
   * if at all. <b>Thread</b>: any. <b>Blocking</b>: never.
   *
   * @param number 1 or greater
   */
  default void numbersAbove(long number) {}

  /**
   * Releases the queue's resources. Records in it or in flight stay for the next run if the queue
   * survives the program.
   *
   * <p><b>Thread</b>: kauditd. <b>Blocking</b>: as long as the medium takes.
   */
  @Override
  void close();
}
