// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import java.io.IOException;
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
  }

  QueueRole role() {
    return role;
  }

  /** The queue itself, for whom its own faults are no concern. */
  AuditQueue queue() {
    return queue;
  }

  Added add(AuditRecord record, int capacity) {
    try {
      return queue.add(record, capacity) ? Added.YES : Added.NO_ROOM;
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
      return queue.poll();
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "poll", e);
      return null;
    }
  }

  /** The oldest {@code count} in flight are settled, whether the queue can forget them or not. */
  void acknowledge(int count) {
    try {
      queue.acknowledge(count);
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "acknowledge", e);
    }
  }

  /** Returns false if the queue did not take the youngest {@code count} in flight back. */
  boolean putBack(int count) {
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
      return queue.size();
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "size", e);
      return 0;
    }
  }

  long recovered() {
    try {
      return queue.recovered();
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "recovered", e);
      return 0;
    }
  }

  /** Records that the queue has lost; {@code before} if it cannot tell. */
  long lost(long before) {
    try {
      return queue.lost();
    } catch (Throwable e) { // plug-in code
      faults.threw(queue, "lost", e);
      return before;
    }
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
