// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.LostReason;
import io.kauditd.spi.QueueRole;

/**
 * Counts what the queues themselves lose or evict, so that the ledger balances when a medium is
 * damaged, or a queue makes room by itself.
 */
final class QueueLosses {
  private static final QueueRole[] ROLES = QueueRole.values();

  private final Queues queues;
  private final Counters counters;
  private final Losses losses;

  QueueLosses(Queues queues, Counters counters, Losses losses) {
    this.queues = queues;
    this.counters = counters;
    this.losses = losses;
  }

  /** Counts what had gone before the engine came. */
  void countAtStart() {
    for (QueueRole role : ROLES) {
      OwnedQueue queue = queues.get(role);
      drop(role, LostReason.QUEUE_FAILURE, queue.lostAtStart());
      drop(role, LostReason.EVICTED, queue.evictedAtStart());
    }
  }

  /**
   * Counts what has gone since the last call. Called by the owner alone.
   *
   * @return how many of them were in the main queue
   */
  long count() {
    long fromMain = 0;
    for (QueueRole role : ROLES) {
      OwnedQueue queue = queues.get(role);
      long gone =
          drop(role, LostReason.QUEUE_FAILURE, queue.newlyLost())
              + drop(role, LostReason.EVICTED, queue.newlyEvicted());
      fromMain += role == QueueRole.MAIN ? gone : 0;
    }
    return fromMain;
  }

  /** What is in a queue at the end is out of reach after it. Returns how many records that is. */
  long left(QueueRole role) {
    return drop(role, LostReason.CLOSED, queues.get(role).leave());
  }

  private long drop(QueueRole role, LostReason reason, long count) {
    if (count > 0) {
      counters.takenFromMain += role == QueueRole.MAIN ? count : 0;
      counters.drop(reason, count);
      losses.report(reason, count);
    }
    return count;
  }
}
