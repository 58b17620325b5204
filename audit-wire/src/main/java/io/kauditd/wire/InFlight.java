// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordsInDoubt;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The records that were written to the connection but not yet reported to the engine. After a
 * timeout the engine offers them again, and they are then not written a second time. A new
 * connection begins with none.
 */
public final class InFlight {
  private final int maxForgotten;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>(); // as they were written
  private int unsettled;

  /** One record that was written. */
  public static final class Entry {
    private final AuditRecord record;
    private final long startBytes;
    private final long endBytes;
    private final int transaction;
    private boolean settled;
    private boolean claimed = true;
    private @Nullable String refusal;

    /** A record that is settled without being written. */
    static Entry ofUnsent(AuditRecord record) {
      var entry = new Entry(record, 0, 0, 0);
      entry.settled = true;
      return entry;
    }

    private Entry(AuditRecord record, long startBytes, long endBytes, int transaction) {
      this.record = record;
      this.startBytes = startBytes;
      this.endBytes = endBytes;
      this.transaction = transaction;
    }

    /** Whether it counts as delivered. */
    boolean isSettled() {
      return settled;
    }

    /** Why the server did not take it; null if it has said nothing of the kind. */
    @Nullable String refusal() {
      return refusal;
    }
  }

  /**
   * @param maxForgotten how many delivered records to remember that the engine did not offer again,
   *     since it may have dropped them
   */
  public InFlight(int maxForgotten) {
    this.maxForgotten = maxForgotten;
  }

  /** Finds a record among those in flight; null if it is not there, or was claimed already. */
  @Nullable Entry claim(AuditRecord record) {
    for (Entry each : entries) {
      if (!each.claimed && each.record.number() == record.number() && each.record.equals(record)) {
        each.claimed = true;
        return each;
      }
    }
    return null;
  }

  /**
   * Adds a record that was offered now, with the places in the stream where its frame begins and
   * ends.
   */
  public Entry add(AuditRecord record, long startBytes, long endBytes, int transaction) {
    var entry = new Entry(record, startBytes, endBytes, transaction);
    entries.add(entry);
    unsettled++;
    return entry;
  }

  /** How many are not delivered yet. */
  public int unsettled() {
    return unsettled;
  }

  /** Everything up to this byte of the stream counts as delivered. */
  void settleUpTo(long bytes) {
    for (Entry each : entries) {
      if (each.endBytes > bytes) {
        break;
      }
      settle(each);
    }
  }

  /** The server has taken a record. */
  public void settle(int transaction) {
    for (Entry each : entries) {
      if (each.transaction == transaction && !each.settled) {
        settle(each);
        return;
      }
    }
  }

  private void settle(Entry entry) {
    if (!entry.settled) {
      entry.settled = true;
      unsettled--;
    }
  }

  /** The server has not taken a record; it is no longer in flight. */
  public void refuse(int transaction, String why) {
    for (Iterator<Entry> each = entries.iterator(); each.hasNext(); ) {
      Entry entry = each.next();
      if (entry.transaction == transaction && !entry.settled) {
        entry.refusal = why;
        each.remove();
        unsettled--;
        return;
      }
    }
  }

  /**
   * Forgets the records of which no byte was written yet.
   *
   * @return where the stream goes on, and with which transaction; null if there were none
   */
  @Nullable Cut cutUnwritten(long writtenBytes) {
    Cut cut = null;
    while (!entries.isEmpty() && entries.getLast().startBytes >= writtenBytes) {
      Entry last = entries.removeLast();
      unsettled--;
      cut = new Cut(last.startBytes, last.transaction);
    }
    return cut;
  }

  /** Where a stream was cut off. */
  record Cut(long atBytes, int transaction) {}

  /**
   * The engine is told about the first of the records that it offered now; it offers the rest
   * again.
   */
  void endOffer(Iterable<Entry> offered, int told, RecordsInDoubt inDoubt) {
    int index = 0;
    for (Entry each : offered) {
      if (index++ >= told) {
        each.claimed = false;
      }
    }
    entries.removeIf(each -> each.claimed && each.settled);
    while (entries.size() - unsettled > maxForgotten && entries.getFirst().settled) {
      inDoubt.add(entries.removeFirst().record); // should it come again, it arrives twice
    }
  }

  /** The connection is gone: what is under way, or was not told yet, may come a second time. */
  void doubt(RecordsInDoubt inDoubt) {
    entries.forEach(each -> inDoubt.add(each.record));
  }

  /** The connection is gone. */
  void clear() {
    entries.clear();
    unsettled = 0;
  }
}
