// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue that follows every rule, durable too; what breaks one rule is a subclass of it. */
class PlainQueue implements AuditQueue {
  /** What outlives a queue that was closed. */
  static final class Medium {
    final List<AuditRecord> left = new ArrayList<>();
    int damaged;
    long highest;

    Medium copy() {
      var copy = new Medium();
      copy.left.addAll(left);
      copy.damaged = damaged;
      copy.highest = highest;
      return copy;
    }
  }

  final Medium medium;
  final ArrayDeque<AuditRecord> waiting = new ArrayDeque<>();
  final ArrayDeque<AuditRecord> inFlight = new ArrayDeque<>();
  private final long recovered;
  private final long lost;
  private long highest;

  PlainQueue(Medium medium) {
    this.medium = medium;
    waiting.addAll(medium.left);
    lost = medium.damaged;
    highest = medium.highest;
    recovered = medium.left.size() + lost;
  }

  @Override
  public synchronized boolean add(AuditRecord record, int capacity) throws IOException {
    if (waiting.size() >= capacity) {
      return false;
    }
    waiting.addLast(record);
    highest = Math.max(highest, record.number());
    return true;
  }

  @Override
  public synchronized @Nullable AuditRecord poll() {
    AuditRecord record = waiting.pollFirst();
    if (record != null) {
      inFlight.addLast(record);
    }
    return record;
  }

  @Override
  public synchronized void acknowledge(int count) {
    check(count);
    for (int i = 0; i < count; i++) {
      inFlight.removeFirst();
    }
  }

  @Override
  public synchronized void putBack(int count) {
    check(count);
    for (int i = 0; i < count; i++) {
      waiting.addFirst(inFlight.removeLast());
    }
  }

  private void check(int count) {
    if (count < 0 || count > inFlight.size()) {
      throw new IllegalArgumentException(count + " of " + inFlight.size() + " in flight");
    }
  }

  @Override
  public synchronized int size() {
    return waiting.size();
  }

  @Override
  public long recovered() {
    return recovered;
  }

  @Override
  public long lost() {
    return lost;
  }

  @Override
  public synchronized long highestNumber() {
    return highest;
  }

  @Override
  public void passEnded() {
    write();
  }

  @Override
  public void close() {
    write();
  }

  synchronized void write() {
    medium.damaged = 0;
    medium.highest = highest;
    medium.left.clear();
    medium.left.addAll(inFlight);
    medium.left.addAll(waiting);
  }
}
