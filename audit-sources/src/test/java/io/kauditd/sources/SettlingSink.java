// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A sink as an engine has one: it lets a source wait for room, and settles records some time after
 * it took them.
 */
final class SettlingSink implements RecordSink {
  private final List<AuditRecord> records = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<AuditRecord> before;
  private long settled;
  private long serial;
  private boolean stalled;
  private boolean settlesAtOnce;
  private int room = Integer.MAX_VALUE;
  private long timesAsked;

  SettlingSink(List<AuditRecord> before) {
    this.before = before;
  }

  SettlingSink() {
    this(List.of());
  }

  /** From now on a record is settled when it is accepted. */
  synchronized SettlingSink settlingAtOnce() {
    settlesAtOnce = true;
    settled = records.size();
    return this;
  }

  @Override
  public synchronized boolean accept(AuditRecord record) {
    while (stalled || records.size() >= room) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    records.add(record);
    if (settlesAtOnce) {
      settled = records.size();
    }
    notifyAll();
    return true;
  }

  @Override
  public boolean acceptNow(AuditRecord record) {
    return accept(record);
  }

  @Override
  public synchronized long nextSerial() {
    return ++serial;
  }

  @Override
  public synchronized void problem(String problem) {
    problems.add(problem);
    notifyAll();
  }

  @Override
  public synchronized long accepted() {
    return records.size();
  }

  @Override
  public synchronized long settled() {
    timesAsked++;
    notifyAll();
    return settled;
  }

  /** Waits until a checkpoint was written, or found to need no writing, that began after this. */
  synchronized void awaitCheckpoint() throws InterruptedException {
    long wanted = timesAsked + 2; // the first may have been asked for before
    while (timesAsked < wanted) {
      wait();
    }
  }

  @Override
  public Stream<AuditRecord> deliveredBefore() {
    return before.reversed().stream();
  }

  /** There is no room from now on, or there is again. */
  synchronized void stall(boolean on) {
    stalled = on;
    notifyAll();
  }

  /** There is room for so many records in all. */
  synchronized void room(int count) {
    room = count;
    notifyAll();
  }

  synchronized void settle(long position) {
    settled = position;
  }

  synchronized List<AuditRecord> records() {
    return List.copyOf(records);
  }

  synchronized List<String> texts() {
    return records.stream().map(AuditRecord::text).toList();
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  synchronized void await(int count) throws InterruptedException {
    long end = System.nanoTime() + 120_000_000_000L;
    while (records.size() < count) {
      long leftMs = (end - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new AssertionError(
            records.size() + " of " + count + " records came; the reports: " + problems);
      }
      wait(leftMs);
    }
  }
}
