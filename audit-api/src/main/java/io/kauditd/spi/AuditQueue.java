// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue of records, first in, first out, whose records leave in two steps: {@link #poll} takes a
 * record in flight, and only {@link #acknowledge} lets the queue forget it. A queue that survives
 * the program offers again, at the next start, what was not acknowledged.
 *
 * <p><b>Threads</b>: {@link #add} on the main queue is called by many producers at once; every
 * other call, and {@link #add} on the retry and hold queues, comes from the kauditd thread alone.
 * {@link #size} may be called by any thread.
 *
 * <p><b>Errors</b>: an exception that a method does not name is a fault of the queue. It is logged
 * once, and the engine goes on. Out of {@link #add} it costs the record, which is counted as lost.
 * Out of {@link #poll} it says that the queue cannot be read just now; the engine asks again later.
 * Out of {@link #acknowledge} the records count as settled all the same. Out of {@link #putBack}
 * the records are added once more, at the end, and acknowledged where they were; what is not taken
 * there is lost.
 *
 * <p>The rules Q1 to Q21 of {@code docs/reference/spi-rules.md} say what a queue promises; {@code
 * AuditQueueContract} of the test kit checks them.
 *
 * @since 0.1.0
 */
public interface AuditQueue extends AutoCloseable {
  /**
   * Puts a record at the end, if fewer than {@code capacity} records are in the queue.
   *
   * <p><b>Thread</b>: any, for the main queue; the kauditd thread otherwise. <b>Blocking</b>: never
   * waits for room. <b>Errors</b>: false if there is no room, by {@code capacity} or by a bound of
   * the queue's own; the record was then not taken.
   *
   * <p>A record that was added is visible to {@link #size} of every thread, in the order of
   * volatile accesses: the producers rely on it to know whether the kauditd thread must be woken.
   *
   * @param capacity the most records, 1 or more; {@link Integer#MAX_VALUE} for no limit
   * @throws IOException if the queue's medium failed; the record was not taken
   */
  boolean add(AuditRecord record, int capacity) throws IOException;

  /**
   * Puts records at the end, in their order, as {@link #add} does one by one; a queue on a medium
   * may write them at once. It stops at the first that is not taken.
   *
   * <p><b>Thread</b>: as for {@link #add}. <b>Blocking</b>: never waits for room. <b>Errors</b>:
   * fewer than all were taken if there was no room for the next one, or the medium failed on it:
   * {@link #add} tells which.
   *
   * @return how many were taken, of the first ones
   * @throws IOException if the queue's medium failed on the first one; none was taken
   */
  default int addAll(List<AuditRecord> records, int capacity) throws IOException {
    int taken = 0;
    for (AuditRecord record : records) {
      try {
        if (!add(record, capacity)) {
          break;
        }
      } catch (IOException e) {
        if (taken == 0) {
          throw e;
        }
        break;
      }
      taken++;
    }
    return taken;
  }

  /**
   * Takes the record at the head in flight, or returns null if there is none.
   *
   * <p><b>Thread</b>: kauditd. <b>Blocking</b>: not for room or records. <b>Errors</b>: null while
   * {@link #size} is not 0 says that the medium cannot be read just now; the engine asks again
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
   * Makes what was added and acknowledged so far last as long as the queue's medium promises;
   * called at the end of every pass, of which there may be a thousand a second.
   *
   * <p><b>Thread</b>: kauditd. <b>Blocking</b>: as long as the medium takes to remember it.
   */
  default void passEnded() {}

  /**
   * Records that were in the queue when it was opened, from an earlier run; among them those that
   * {@link #lost} counts because they turned out to be damaged. <b>Thread</b>: any.
   */
  default long recovered() {
    return 0;
  }

  /**
   * Records that the queue had taken, now or in an earlier run, and found damaged since it was
   * opened. It grows when they leave {@link #size}; the engine counts them as dropped.
   * <b>Thread</b>: kauditd.
   */
  default long lost() {
    return 0;
  }

  /**
   * Records that the queue let go of by itself to make room for newer ones, since it was opened. It
   * grows when they leave {@link #size}; the engine counts them as dropped, {@link
   * io.kauditd.api.LostReason#EVICTED evicted}. <b>Thread</b>: kauditd.
   */
  default long evicted() {
    return 0;
  }

  /**
   * Whether the queue has a bound of its own, in bytes for example. It takes the place of the
   * backlog limit: {@link #add} is called without a limit, and says itself when there is no room.
   * <b>Thread</b>: any. <b>Blocking</b>: never; the answer never changes.
   */
  default boolean boundsItself() {
    return false;
  }

  /**
   * Whether the records in the queue outlive the program, a killed one too: a record that was added
   * then counts as settled, as one that was delivered does. <b>Thread</b>: any. <b>Blocking</b>:
   * never; the answer never changes.
   */
  default boolean outlivesProgram() {
    return false;
  }

  /**
   * The highest number that a record of this queue ever had, in earlier runs too; 0 if none had
   * one. The engine numbers new records above it, so that no number is used twice. <b>Thread</b>:
   * any. <b>Blocking</b>: never.
   */
  default long highestNumber() {
    return 0;
  }

  /**
   * Numbers up to this one were given elsewhere: a queue that numbers its records by itself gives
   * new ones a higher number. Called before the first record is added, if at all. <b>Thread</b>:
   * any. <b>Blocking</b>: never.
   *
   * @param number 1 or greater
   */
  default void numbersAbove(long number) {}

  /**
   * Releases what the queue holds open. Records still in it, or in flight, stay for the next run,
   * if they can.
   *
   * <p><b>Thread</b>: kauditd. <b>Blocking</b>: as long as the medium takes.
   */
  @Override
  void close();
}
