// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A source that runs on a thread of its own, and what it hands over. */
final class RunningSource implements RecordSink {
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(2);

  private final RecordSource source;
  private final Predicate<AuditRecord> own;
  private final AtomicLong serial = new AtomicLong();
  private final AtomicLong late = new AtomicLong();
  private final ThreadGroup group = new ThreadGroup("source of the contract and what it starts");
  private final Thread thread;
  private final List<AuditRecord> records = new ArrayList<>(); // guarded by this
  private final List<String> problems = new ArrayList<>(); // guarded by this
  private int refusals; // guarded by this
  private volatile boolean returned;
  private volatile @Nullable Throwable failure;

  RunningSource(RecordSource source, Predicate<AuditRecord> own, int refusedRecords) {
    this.source = source;
    this.own = own;
    this.refusals = refusedRecords;
    this.thread = new Thread(group, this::run, "source of the contract");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      source.run(this);
    } catch (Throwable e) { // of a stranger's code; the test shows it
      failure = e;
    } finally {
      returned = true;
    }
  }

  @Override
  public synchronized boolean accept(AuditRecord record) {
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

  long lateRecords() {
    return late.get();
  }

  /** Waits until so many records are here, or no more can come. */
  void awaitRecords(int count, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (count() < count && !returned) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            Rule.S2.when(
                "%d of %d records came within %d ms; the source stands at\n%s",
                count(), count, limit.toMillis(), stack()));
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
    failIfItFailed();
  }

  private String stack() {
    return Stream.of(thread.getStackTrace())
        .limit(12)
        .map(frame -> "    " + frame)
        .collect(Collectors.joining("\n"));
  }

  private void failIfItFailed() {
    Throwable thrown = failure;
    if (thrown != null) {
      throw new AssertionError("run threw " + thrown, thrown);
    }
  }

  /** Waits for run to return. */
  void join(Duration limit, String situation) throws InterruptedException {
    if (!thread.join(limit)) {
      throw new AssertionError(
          situation
              + " did not return within "
              + limit.toMillis()
              + " ms; it stands at\n"
              + stack());
    }
    failIfItFailed();
  }

  /** Closes the source from here, and waits for run to return. */
  void closeAndJoin(Duration limit, Rule rule) throws InterruptedException {
    source.close();
    join(limit, rule.when("run, after close,"));
  }

  /** The names of the threads that run has started and that still run, after some patience. */
  List<String> threadsLeft(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      var all = new Thread[group.activeCount() + 16];
      int count = group.enumerate(all);
      List<String> names =
          Stream.of(all).limit(count).filter(Thread::isAlive).map(Thread::getName).toList();
      if (names.isEmpty() || System.nanoTime() - end > 0) {
        return names;
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  void close() {
    source.close();
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
