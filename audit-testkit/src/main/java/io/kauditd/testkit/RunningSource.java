// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Durations;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A source that runs on a thread of its own, and what it hands over. */
final class RunningSource implements RecordSink {
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final RecordSource source;
  private final Rule rule;
  private final Predicate<AuditRecord> own;
  private final AtomicLong serial = new AtomicLong();
  private final AtomicLong late = new AtomicLong();
  private final ThreadGroup group = new ThreadGroup("source of the contract and what it starts");
  private final Thread thread;
  private final List<AuditRecord> records = new ArrayList<>(); // guarded by this
  private final List<String> problems = new ArrayList<>(); // guarded by this
  private int refusals; // guarded by this
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch hold;
  private volatile boolean returned;
  private volatile @Nullable Throwable failure;

  /**
   * A source that does not run yet.
   *
   * @param rule what is being tested
   * @param refusedRecords how many records are refused, from the first
   * @param hold no record is taken before it is open
   */
  RunningSource(
      RecordSource source,
      Rule rule,
      Predicate<AuditRecord> own,
      int refusedRecords,
      CountDownLatch hold) {
    this.source = source;
    this.rule = rule;
    this.own = own;
    this.refusals = refusedRecords;
    this.hold = hold;
    this.thread = new Thread(group, this::run, "source of the contract");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      source.run(this);
    } catch (Throwable e) { // plug-in code may throw anything; the test shows it
      failure = e;
    } finally {
      returned = true;
    }
  }

  @Override
  public boolean accept(AuditRecord record) {
    entered.countDown();
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return take(record);
  }

  private synchronized boolean take(AuditRecord record) {
    if (returned) {
      late.incrementAndGet();
    }
    if (own.test(record)) {
      records.add(record);
      if (refusals > 0) {
        refusals--;
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean acceptNow(AuditRecord record) {
    return accept(record);
  }

  @Override
  public long nextSerial() {
    return serial.incrementAndGet();
  }

  @Override
  public synchronized void problem(String problem) {
    problems.add(problem);
  }

  synchronized List<String> texts() {
    return records.stream().map(AuditRecord::text).toList();
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  private synchronized int count() {
    return records.size();
  }

  /** Records that came after run had returned, if one did within some time. */
  long lateRecords(Duration watched) {
    long end = System.nanoTime() + watched.toNanos();
    while (late.get() == 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE_NS);
    }
    return late.get();
  }

  /** Waits until this many records are here, or no more can come. */
  void awaitRecords(int count, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (count() < count && !returned) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            Rule.S2.when(
                "%d of %d records came within %s; the source stands at\n%s",
                count(), count, Durations.inWords(limit), Threads.stackOf(thread)));
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
    failIfItFailed();
  }

  private void failIfItFailed() {
    Throwable thrown = failure;
    if (thrown != null) {
      throw new AssertionError(rule.when("run threw %s", thrown), thrown);
    }
  }

  /** Waits for run to return. */
  void join(Duration limit, String situation) throws InterruptedException {
    if (!thread.join(limit)) {
      throw new AssertionError(
          situation
              + " did not return within "
              + Durations.inWords(limit)
              + "; it stands at\n"
              + Threads.stackOf(thread));
    }
    failIfItFailed();
  }

  /** Waits until the source is handing over a record. */
  void awaitRecord(Duration limit) throws InterruptedException {
    if (!entered.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError(
          rule.when(
              "no record came within %s; the source stands at\n%s",
              Durations.inWords(limit), Threads.stackOf(thread)));
    }
  }

  /** Closes the source from another thread, which must not take long. */
  void close(Duration patience) {
    try (var closer = new OwnerThread("closer of the contract")) {
      closer.run(CLOSE_LIMIT.plus(patience), Rule.S4.when("close"), source::close);
    }
  }

  /** Closes the source, and waits for run to return. */
  void closeAndJoin(Duration limit, Duration patience) throws InterruptedException {
    close(patience);
    join(limit, Rule.S4.when("run, after close,"));
  }

  /** The names of the threads that run has started and that still run, after some patience. */
  List<String> threadsLeft(Duration patience) {
    return Threads.leftIn(group, thread, patience);
  }

  /** Takes records and forgets them. */
  static final class Nowhere implements RecordSink {
    @Override
    public boolean accept(AuditRecord record) {
      return true;
    }

    @Override
    public boolean acceptNow(AuditRecord record) {
      return true;
    }

    @Override
    public long nextSerial() {
      return 1;
    }

    @Override
    public void problem(String problem) {}
  }
}
