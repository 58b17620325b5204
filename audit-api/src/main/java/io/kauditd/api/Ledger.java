// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Where every record is: what came in equals what was delivered, what waits and what was dropped.
 * Taken between two passes, it always balances.
 *
 * @param logged records that producers logged, accepted or not
 * @param recovered records that a queue brought along from an earlier run of the program
 * @param delivered records that the transport took
 * @param inMain records in the main queue
 * @param inRetry records in the retry queue
 * @param inHold records in the hold queue
 * @param dropped records dropped, by reason; a reason that never happened stands with 0
 * @since 0.1.0
 */
public record Ledger(
    long logged,
    long recovered,
    long delivered,
    long inMain,
    long inRetry,
    long inHold,
    Map<LostReason, Long> dropped) {

  /** Completes and copies the map of reasons. */
  public Ledger {
    var all = new EnumMap<LostReason, Long>(LostReason.class);
    for (LostReason reason : LostReason.values()) {
      all.put(reason, dropped.getOrDefault(reason, 0L));
    }
    dropped = Collections.unmodifiableMap(all);
  }

  /** The records dropped for {@code reason}. */
  public long dropped(LostReason reason) {
    return dropped.getOrDefault(reason, 0L);
  }

  /** The records dropped, for whatever reason. */
  public long droppedTotal() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The records that still wait in a queue. */
  public long waiting() {
    return inMain + inRetry + inHold;
  }

  /** Whether nothing left uncounted. */
  public boolean balances() {
    return logged + recovered == delivered + waiting() + droppedTotal();
  }
}
