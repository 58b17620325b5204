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
  private final long[] lost = new long[ROLES.length];
  private final long[] evicted = new long[ROLES.length];

  QueueLosses(Queues queues, Counters counters, Losses losses) {
    this.queues = queues;
    this.counters = counters;
    this.losses = losses;
  }

  /** Counts what had gone before the engine came. */
  void countAtStart() {
    count();
    for (int i = 0; i < ROLES.length; i++) {
      queues.get(ROLES[i]).left(-lost[i] - evicted[i]); // was not in the queue any more
    }
  }

  /** Counts what has gone since the last call. Called by the owner alone. */
  void count() {
    for (int i = 0; i < ROLES.length; i++) {
      OwnedQueue queue = queues.get(ROLES[i]);
      long nowLost = queue.lost(lost[i]);
      long nowEvicted = queue.evicted(evicted[i]);
      drop(queue, LostReason.QUEUE_FAILURE, nowLost - lost[i]);
      drop(queue, LostReason.EVICTED, nowEvicted - evicted[i]);
      lost[i] = nowLost;
      evicted[i] = nowEvicted;
    }
  }

  private void drop(OwnedQueue queue, LostReason reason, long count) {
    if (count > 0) {
      queue.left(count);
      counters.takenFromMain += queue.role() == QueueRole.MAIN ? count : 0;
      counters.drop(reason, count);
      losses.report(reason, count);
    }
  }
}
