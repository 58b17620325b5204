// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue as the owner of the engine uses it. Whatever the queue throws is named as the queue's
 * fault, once, and ends nothing: not the pass, and not the connection to a daemon that has no part
 * in it.
 */
final class OwnedQueue {
  private final QueueRole role;
  private final AuditQueue queue;
  private final FaultLog faults;

  private final boolean boundsItself;
  private final boolean outlivesProgram;
  private int inFlight;
  private long held;

  /** What came of adding a record. */
  enum Added {
    YES,
    NO_ROOM,
    FAILED
  }

  OwnedQueue(QueueRole role, AuditQueue queue, FaultLog faults) {
    this.role = role;
    this.queue = queue;
    this.faults = faults;
    this.boundsItself = asks("boundsItself", queue::boundsItself);
    this.outlivesProgram = asks("outlivesProgram", queue::outlivesProgram);
    this.held = size();
  }

  private boolean asks(String name, BooleanSupplier call) {
    try {
      return call.getAsBoolean();
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, name, e);
      return false;
    }
  }

  /** Whether its own bound takes the place of the backlog limit. */
  boolean boundsItself() {
    return boundsItself;
  }

  /** Whether what is in it is there at the next start. */
  boolean outlivesProgram() {
    return outlivesProgram;
  }

  /**
   * Records that were put in and have not left for good, those in flight too. Counted here, so that
   * the ledger balances whatever a faulty queue says. Not for the main queue, which producers fill.
   */
  long held() {
    return held;
  }

  /** Records have left the queue by themselves, and were counted elsewhere. */
  void left(long count) {
    held -= count;
  }

  /** Between two passes: the queue has as many records as were put in and have not left. */
  void checkSize() {
    if (role != QueueRole.MAIN && size() != held) {
      faults.broke(queue, "size", "it is not the number of records that were added and not taken");
    }
  }

  /** Records that were polled, and neither acknowledged nor put back. */
  int inFlight() {
    return inFlight;
  }

  QueueRole role() {
    return role;
  }

  /** The queue itself, for whom its own faults are no concern. */
  AuditQueue queue() {
    return queue;
  }

  /** Adds a record, if there is room by the queue's own bound or else by {@code limit}. */
  Added add(AuditRecord record, int limit) {
    try {
      if (!queue.add(record, boundsItself ? Integer.MAX_VALUE : limit)) {
        return Added.NO_ROOM;
      }
      held++;
      return Added.YES;
    } catch (IOException e) {
      faults.failed(queue, "cannot take a record", e);
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "add", e);
    }
    return Added.FAILED;
  }

  /** The record at the head, now in flight; null if there is none, or it cannot be had just now. */
  @Nullable AuditRecord poll() {
    try {
      AuditRecord record = queue.poll();
      inFlight += record == null ? 0 : 1;
      return record;
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "poll", e);
      return null;
    }
  }

  /** The oldest {@code count} in flight are settled, whether the queue can forget them or not. */
  void acknowledge(int count) {
    inFlight -= count;
    held -= count;
    try {
      queue.acknowledge(count);
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "acknowledge", e);
    }
  }

  /** Returns false if the queue did not take the youngest {@code count} in flight back. */
  boolean putBack(int count) {
    inFlight -= count;
    try {
      queue.putBack(count);
      return true;
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "putBack", e);
      return false;
    }
  }

  /** Records in the queue, without those in flight; 0 if the queue cannot tell. */
  int size() {
    try {
      return Math.max(0, queue.size());
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "size", e);
      return 0;
    }
  }

  long recovered() {
    return count("recovered", queue::recovered, 0);
  }

  /** The highest number that one of its records ever had. */
  long highestNumber() {
    return count("highestNumber", queue::highestNumber, 0);
  }

  /** Records that the queue has lost; {@code before} if it cannot tell. */
  long lost(long before) {
    return count("lost", queue::lost, before);
  }

  /** Records that the queue has evicted; {@code before} if it cannot tell. */
  long evicted(long before) {
    return count("evicted", queue::evicted, before);
  }

  private long count(String name, LongSupplier call, long before) {
    try {
      long now = call.getAsLong();
      if (now >= before) {
        return now;
      }
      faults.broke(queue, name, "it went down from " + before);
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, name, e);
    }
    return before;
  }

  void passEnded() {
    try {
      queue.passEnded();
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "passEnded", e);
    }
  }

  void close() {
    try {
      queue.close();
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "close", e);
    }
  }
}
