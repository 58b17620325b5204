// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import java.util.List;

/**
 * Remembers the records at the head of the main queue that were taken from it and put back: the
 * listeners have seen them, and they have numbers. Only the owner uses it.
 *
 * <p>Numbers increase. Each is above all numbers in the queues, and above those that records
 * brought along. A record that is taken again keeps its number. A main queue that numbers records
 * by itself learns at the start where to begin, so all numbers form one sequence.
 */
final class MainHead {
  private final boolean numbers;
  private final long[] numbersOfSeen; // the oldest is the last
  private int seen;
  private long last;

  private MainHead(boolean numbers, int maxInFlight, long last) {
    this.numbers = numbers;
    this.numbersOfSeen = new long[maxInFlight];
    this.last = last;
  }

  /**
   * For queues that an engine is given, with what they have kept of earlier runs.
   *
   * @param maxInFlight the most records that are taken and can be put back
   */
  static MainHead of(Queues queues, boolean numbers, int maxInFlight) {
    if (!numbers) {
      return new MainHead(false, maxInFlight, 0);
    }
    long inMain = queues.main().highestNumber();
    long elsewhere = Math.max(queues.retry().highestNumber(), queues.hold().highestNumber());
    if (elsewhere > inMain) {
      queues.main().numbersAbove(elsewhere);
    }
    return new MainHead(true, maxInFlight, Math.max(inMain, elsewhere));
  }

  /** Whether the record that is taken next was never taken before. */
  boolean isNew() {
    return seen == 0;
  }

  /** The record that was taken from the head, with its number if records are numbered. */
  AuditRecord taken(AuditRecord record) {
    long before = seen > 0 ? numbersOfSeen[--seen] : 0;
    if (!numbers) {
      return record;
    }
    if (record.number() > 0) {
      if (record.number() <= OwnedQueue.MOST_NUMBER) {
        last = Math.max(last, record.number());
      }
      return record;
    }
    return record.withNumber(before > 0 ? before : ++last);
  }

  /** These were taken last, and are at the head again, in this order. */
  void putBack(List<AuditRecord> records) {
    for (AuditRecord record : records.reversed()) {
      numbersOfSeen[seen++] = record.number();
    }
  }

  /** So many records have left the queue by themselves, from its head for all that is known. */
  void left(long count) {
    seen -= (int) Math.min(seen, count);
  }
}
