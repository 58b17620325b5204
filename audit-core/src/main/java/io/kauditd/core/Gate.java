// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.AuditQueue;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place where producers meet the engine: checks the backlog and the rate, waits where that
 * is allowed, and enqueues. Follows audit_log_start() and audit_log_end().
 */
final class Gate {
  private final AuditQueue main;
  private final Supplier<AuditSettings> settings;
  private final RateLimit rateLimit;
  private final Losses losses;
  private final Printk printk;
  private final BacklogWait backlogWait;
  private final Wakeup wakeup;
  private final FaultLog faults;
  private final LongAdder waitedNs = new LongAdder();
  private final AtomicLong entered = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private volatile boolean closed;

  /** What producers do to get the kauditd thread going. */
  interface Wakeup {
    /** For an engine without a thread. */
    Wakeup NONE =
        new Wakeup() {
          @Override
          public void recordAdded() {}

          @Override
          public void backlogFull() {}

          @Override
          public void commandPosted() {}

          @Override
          public boolean isKauditdThread() {
            return false;
          }
        };

    /** A record was added to the main queue. */
    void recordAdded();

    /** The main queue is over its limit, and a producer waits for a pass. */
    void backlogFull();

    /** A command waits for the owner. */
    void commandPosted();

    /** Whether the calling thread is the kauditd thread, which must not wait for itself. */
    boolean isKauditdThread();
  }

  Gate(
      AuditQueue main,
      Supplier<AuditSettings> settings,
      RateLimit rateLimit,
      Losses losses,
      Printk printk,
      BacklogWait backlogWait,
      Wakeup wakeup,
      FaultLog faults) {
    this.main = main;
    this.settings = settings;
    this.rateLimit = rateLimit;
    this.losses = losses;
    this.printk = printk;
    this.backlogWait = backlogWait;
    this.wakeup = wakeup;
    this.faults = faults;
  }

  /** The time that producers have waited, in nanoseconds. */
  long waitedNs() {
    return waitedNs.sum();
  }

  /** Records that the main queue took so far. */
  long accepted() {
    return main instanceof MemoryQueue memory ? memory.added() : accepted.get();
  }

  /** As {@link #accepted}, with those that are on their way into the main queue. */
  long entered() {
    return main instanceof MemoryQueue memory ? memory.added() : entered.get();
  }

  /** Whether a record is on its way into the main queue, so that nobody knows its place there. */
  boolean isBusy() {
    return entered() != accepted();
  }

  /** From now on nothing is accepted; those who wait are sent away. */
  void close() {
    closed = true;
    backlogWait.wakeAll();
  }

  /** Takes a record, or counts it as lost. */
  boolean log(AuditRecord record, ProducerContext context) {
    if (closed) {
      losses.atGate(LostReason.CLOSED);
      return false;
    }
    AuditSettings now = settings.get();
    try {
      // The usual way is one call: a queue with room takes the record and checks its bound at once.
      boolean added = now.rateLimit() == 0 && add(record, capacity(now, context));
      if (!added && !addSlowly(record, context)) {
        return false;
      }
      wakeup.recordAdded();
      return true;
    } catch (IOException e) {
      losses.atGate(LostReason.QUEUE_FAILURE);
      return false;
    }
  }

  /** Adds to the main queue; whatever a stranger's queue throws does not reach who logs. */
  private boolean add(AuditRecord record, int capacity) throws IOException {
    if (main instanceof MemoryQueue memory) {
      return memory.add(record, capacity);
    }
    boolean added = false;
    entered.incrementAndGet();
    try {
      added = addToAny(record, main.boundsItself() ? Integer.MAX_VALUE : capacity);
      return added;
    } finally {
      if (added) {
        accepted.incrementAndGet();
      } else {
        entered.decrementAndGet();
      }
    }
  }

  private boolean addToAny(AuditRecord record, int capacity) throws IOException {
    try {
      return main.add(record, capacity);
    } catch (IOException e) {
      faults.failed(main, "cannot take a record", e);
      throw e;
    } catch (Throwable e) { // code of a stranger
      faults.threw(main, "add", e);
      throw new IOException("add threw " + e, e);
    }
  }

  /**
   * The kernel's way: first the backlog, then the rate, which so counts what passed the backlog.
   */
  private boolean addSlowly(AuditRecord record, ProducerContext asked) throws IOException {
    ProducerContext context = wakeup.isKauditdThread() ? ProducerContext.DAEMON : asked;
    long leftNs = settings.get().backlogWaitTimeMs() * 1_000_000;
    boolean withinRate = false;
    boolean refused = false; // by a queue with a bound of its own, or because others were quicker
    boolean added = false;
    @Nullable LostReason lost = null;
    @Nullable ProducerWaitEvent wait = null;
    while (!added && lost == null) {
      if (refused || (!context.skipsBacklog() && isOverLimit())) {
        refused = false;
        if (context != ProducerContext.BLOCKING || leftNs <= 0) {
          lost = LostReason.BACKLOG_LIMIT;
        } else {
          if (wait == null) {
            wait = new ProducerWaitEvent();
            wait.begin();
          }
          leftNs = await(leftNs);
        }
      } else if (closed) {
        lost = LostReason.CLOSED;
      } else if (!withinRate && !rateLimit.check(settings.get().rateLimit())) {
        lost = LostReason.RATE_LIMIT;
      } else if (add(record, capacity(settings.get(), context))) {
        added = true;
      } else {
        withinRate = true;
        refused = true;
      }
    }
    if (wait != null) {
      wait.end(added, main);
    }
    if (lost != null) {
      lose(lost);
    }
    return added;
  }

  /** The main queue takes one record more than its limit: the kernel asks whether it is over it. */
  private static int capacity(AuditSettings settings, ProducerContext context) {
    int limit = settings.backlogLimit();
    return limit == 0 || context.skipsBacklog() ? Integer.MAX_VALUE : limit + 1;
  }

  private boolean isOverLimit() {
    int limit = settings.get().backlogLimit();
    return limit > 0 && !main.boundsItself() && main.size() > limit;
  }

  /** Sleeps until a pass has ended; returns the time that is left of {@code leftNs}. */
  private long await(long leftNs) {
    wakeup.backlogFull();
    long stillLeftNs = backlogWait.await(leftNs, () -> closed || !isOverLimit());
    waitedNs.add(leftNs - stillLeftNs);
    return closed ? 0 : stillLeftNs;
  }

  private void lose(LostReason reason) {
    if (reason == LostReason.BACKLOG_LIMIT) {
      wakeup.backlogFull();
      AuditSettings now = settings.get();
      if (rateLimit.check(now.rateLimit()) && printk.ratelimit()) {
        printk.warn(
            "audit_backlog=" + main.size() + " > audit_backlog_limit=" + now.backlogLimit());
      }
    }
    losses.atGate(reason);
  }
}
