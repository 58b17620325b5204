// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Counts;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Ends the moves that a kill has cut short. A record that moves is added to its new queue before
 * the old one forgets it, so a program that is killed in between leaves it in both, with the same
 * number. The old queue forgets it here, before anything is sent, so no later kill matters.
 *
 * <p>Records move from the head of a queue in their order, so those in question are its first ones.
 * Usually the number of the very first says that there are none, because it is higher than all that
 * the other queue ever had. Otherwise the records themselves are compared: a spool that was
 * replaced, or damaged, has numbers that mean something else.
 */
final class CutMoves {
  private CutMoves() {}

  /**
   * Ends those between queues that outlive the program, before the engine has begun.
   *
   * @param prefix begins the line that tells of it
   */
  static void end(OwnedQueue main, OwnedQueue retry, OwnedQueue hold, String prefix) {
    long records = end(retry, hold) + end(main, hold) + end(main, retry);
    if (records > 0) {
      EngineLog.info(
          "{}{} in two queues, since the program was killed on the way; each is in one now",
          prefix,
          Counts.of(records, "record was", "records were"));
    }
  }

  private static long end(OwnedQueue from, OwnedQueue to) {
    if (!from.outlivesProgram() || !to.outlivesProgram() || to.size() == 0) {
      return 0;
    }
    Map<Long, AuditRecord> moved = firstOf(from, to.highestNumber());
    if (moved.isEmpty()) {
      return 0;
    }
    Set<Long> arrived = new HashSet<>();
    to.lookWhile(record -> {
      if (record.equals(moved.get(record.number()))) {
        arrived.add(record.number());
      }
      return true;
    });
    int count = 0;
    for (long number : moved.keySet()) {
      if (!arrived.contains(number)) {
        break;
      }
      count++;
    }
    from.forgetFirst(count);
    return count;
  }

  /** The first records, as many as move at once, as long as the other queue can have had them. */
  private static Map<Long, AuditRecord> firstOf(OwnedQueue from, long highest) {
    var first = new LinkedHashMap<Long, AuditRecord>();
    from.lookWhile(record -> {
      boolean isCandidate =
          record.number() > 0 && record.number() <= highest && first.size() < Stage.MAX_RECORDS;
      if (isCandidate) {
        first.put(record.number(), record);
      }
      return isCandidate;
    });
    return first;
  }
}
