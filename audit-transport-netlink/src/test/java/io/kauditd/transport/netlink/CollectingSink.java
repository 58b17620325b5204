// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps what a source hands over, for a test to wait for. */
final class CollectingSink implements RecordSink {
  private final List<AuditRecord> records = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  @Override
  public synchronized boolean accept(AuditRecord record) {
    records.add(record);
    notifyAll();
    return true;
  }

  @Override
  public boolean acceptNow(AuditRecord record) {
    return accept(record);
  }

  @Override
  public long nextSerial() {
    return 1;
  }

  @Override
  public synchronized void problem(String problem) {
    problems.add(problem);
    notifyAll();
  }

  synchronized List<AuditRecord> records() {
    return List.copyOf(records);
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  /** Waits for so many records that satisfy the predicate. */
  synchronized void await(int count, Predicate<AuditRecord> wanted) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (records.stream().filter(wanted).count() < count && left(deadlineNs) > 0) {
      wait(left(deadlineNs));
    }
    assertThat(records.stream().filter(wanted).count()).isGreaterThanOrEqualTo(count);
  }

  synchronized void awaitProblem(String part) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (problems.stream().noneMatch(p -> p.contains(part)) && left(deadlineNs) > 0) {
      wait(left(deadlineNs));
    }
    assertThat(problems).anyMatch(p -> p.contains(part));
  }

  private static long left(long deadlineNs) {
    return TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
  }
}
