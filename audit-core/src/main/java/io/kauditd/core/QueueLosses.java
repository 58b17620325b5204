// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.LostReason;
import io.kauditd.spi.QueueRole;

/** Counts what the queues themselves lose, so that the ledger balances when a medium is damaged. */
final class QueueLosses {
  private static final QueueRole[] ROLES = QueueRole.values();

  private final Queues queues;
  private final Counters counters;
  private final Losses losses;
  private final FaultLog faults;
  private final long[] counted = new long[ROLES.length];

  QueueLosses(Queues queues, Counters counters, Losses losses, FaultLog faults) {
    this.queues = queues;
    this.counters = counters;
    this.losses = losses;
    this.faults = faults;
  }

  /** Counts what was lost since the last call. Called by the owner alone. */
  void count() {
    for (int i = 0; i < ROLES.length; i++) {
      long total = queues.get(ROLES[i]).lost(counted[i]);
      long fresh = total - counted[i];
      if (fresh < 0) {
        faults.broke(queues.get(ROLES[i]).queue(), "lost", "it went down from " + counted[i]);
      } else if (fresh > 0) {
        counted[i] = total;
        counters.takenFromMain += ROLES[i] == QueueRole.MAIN ? fresh : 0;
        counters.drop(LostReason.QUEUE_FAILURE, fresh);
        losses.report(LostReason.QUEUE_FAILURE, fresh);
      }
    }
  }
}
