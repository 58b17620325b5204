// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Durations;
import io.kauditd.spi.RecordSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A sink that keeps what a source hands over, for a test to look at and to wait for. It takes every
 * record.
 *
 * @since 0.1.0
 */
public final class CollectingSink implements RecordSink {
  private final Duration deadline;
  private final List<AuditRecord> records = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Long> notes = new TreeMap<>();
  private long serial;

  /** A sink whose {@code await} methods fail after 30 seconds. */
  public CollectingSink() {
    this(Duration.ofSeconds(30));
  }

  /** A sink whose {@code await} methods fail after this time. */
  public CollectingSink(Duration deadline) {
    this.deadline = deadline;
  }

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
  public synchronized long nextSerial() {
    return ++serial;
  }

  @Override
  public synchronized void problem(String problem) {
    problems.add(problem);
    notifyAll();
  }

  @Override
  public synchronized void note(String what) {
    notes.merge(what, 1L, Long::sum);
    notifyAll();
  }

  /** The records so far, in the order they came. */
  public synchronized List<AuditRecord> records() {
    return List.copyOf(records);
  }

  /** The texts of the records so far. */
  public synchronized List<String> texts() {
    return records.stream().map(AuditRecord::text).toList();
  }

  /** What was reported so far. */
  public synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  /** What was noted so far, and how often. */
  public synchronized Map<String, Long> notes() {
    return Map.copyOf(notes);
  }

  /** Waits until at least this many records are here. */
  public void await(int count) throws InterruptedException {
    await(count, record -> true);
  }

  /** Waits until at least this many records are here that satisfy a predicate. */
  public synchronized void await(int count, Predicate<AuditRecord> wanted)
      throws InterruptedException {
    awaitCondition(
        () -> records.stream().filter(wanted).count() >= count,
        () ->
            "of %d records %d came, beside %d others"
                .formatted(
                    count,
                    records.stream().filter(wanted).count(),
                    records.stream().filter(wanted.negate()).count()));
  }

  /** Waits until a report contains this text. */
  public synchronized void awaitProblem(String part) throws InterruptedException {
    awaitCondition(
        () -> problems.stream().anyMatch(problem -> problem.contains(part)),
        () -> "no report has '" + part + "'");
  }

  private void awaitCondition(BooleanSupplier condition, Supplier<String> missing)
      throws InterruptedException {
    long endNs = System.nanoTime() + deadline.toNanos();
    while (!condition.getAsBoolean()) {
      long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
      if (leftMs <= 0) {
        throw new AssertionError(
            missing.get()
                + " within "
                + Durations.inWords(deadline)
                + "; the reports: "
                + problems);
      }
      wait(leftMs);
    }
  }
}
