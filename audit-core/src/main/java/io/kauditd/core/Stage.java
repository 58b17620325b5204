// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The records in flight: taken from a queue, and neither settled nor put back. The engine fills the
 * stage before it calls the transport, and settles or clears it afterwards. The transport reads
 * what is there, and nothing else happens while it does.
 */
final class Stage implements RecordBatch {
  /** The most that can be in flight, whatever a transport wants. */
  static final int MAX_RECORDS = 8_192;

  private final @Nullable AuditRecord[] records;
  private final Commands commands;
  private int first; // the oldest in flight
  private int served; // the next that the transport is given
  private int end;
  private long peer;
  private boolean offered;

  /**
   * Makes an empty stage.
   *
   * @param maxRecords bounds what is in flight, and so how long one call of a transport can take
   */
  Stage(Commands commands, int maxRecords) {
    this.commands = commands;
    this.records = new AuditRecord[maxRecords];
  }

  @Override
  public @Nullable AuditRecord next() {
    if (!offered) {
      throw new IllegalStateException("the call of send that this batch was given to has returned");
    }
    if (served == end) {
      return null;
    }
    if (served > first && !commands.isEmpty()) {
      return null; // what others ask for is carried out between two calls
    }
    return records[served++];
  }

  @Override
  public long peer() {
    return peer;
  }

  /** A call of the transport begins; it is given all that is in flight. */
  void offer(long toPeer) {
    peer = toPeer;
    served = first;
    offered = true;
  }

  /** The call of the transport has ended. */
  void withdraw() {
    offered = false;
  }

  /** Records that the transport was given in this call. */
  int given() {
    return served - first;
  }

  /** One of the records that the transport was given in this call, counted from 0. */
  AuditRecord given(int i) {
    return Objects.requireNonNull(records[first + i]);
  }

  /** The oldest in flight, or null. */
  @Nullable AuditRecord head() {
    return first < end ? records[first] : null;
  }

  int inFlight() {
    return end - first;
  }

  /** A copy of the oldest {@code count} in flight, in their order. */
  List<AuditRecord> oldest(int count) {
    return copy(first, first + count);
  }

  /** A copy of the youngest {@code count} in flight, in their order. */
  List<AuditRecord> youngest(int count) {
    return copy(end - count, end);
  }

  private List<AuditRecord> copy(int from, int to) {
    List<AuditRecord> copy = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      copy.add(Objects.requireNonNull(records[i]));
    }
    return copy;
  }

  /** One more is in flight, the youngest. There are never more than it has room for. */
  void add(AuditRecord record) {
    if (end == records.length) {
      System.arraycopy(records, first, records, 0, end - first);
      end -= first;
      first = 0;
    }
    records[end++] = record;
  }

  /** The oldest {@code count} are not in flight any more. */
  void dropOldest(int count) {
    for (int i = 0; i < count; i++) {
      records[first++] = null;
    }
    startOverIfEmpty();
  }

  /** The youngest {@code count} are not in flight any more. */
  void dropYoungest(int count) {
    for (int i = 0; i < count; i++) {
      records[--end] = null;
    }
    startOverIfEmpty();
  }

  private void startOverIfEmpty() {
    if (first == end) {
      first = 0;
      end = 0;
    }
  }
}
