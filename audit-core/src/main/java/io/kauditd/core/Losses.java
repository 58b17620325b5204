// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import io.kauditd.api.LostReason;
import io.kauditd.api.PanicHandler;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Counts and reports lost records; follows audit_log_lost() and audit_panic(). Producers and the
 * kauditd thread may use it at the same time.
 *
 * <p>A lost record costs its producer one addition. Lines about losses are printed while {@link
 * Printk#ratelimitLosses} allows it. After the first refusal most losses do not ask again. The
 * total is then printed as soon as that is allowed: by a later loss, by the owner at the end of a
 * pass, or when the log is closed.
 */
final class Losses {
  /** While nothing may be printed, a thread asks again with one loss in so many. */
  private static final int ASK_AGAIN_MASK = 255;

  private static final LostReason[] REASONS = LostReason.values();

  private final EngineClock clock;
  private final Supplier<AuditSettings> settings;
  private final Printk printk;
  private final String prefix;
  private final PanicHandler panicHandler;
  private final ForeignCode foreign;
  private final BiConsumer<LostReason, AuditSettings> firstLoss;
  private final AtomicLong lastMessageNs;
  private final Stripes atGate = new Stripes(REASONS.length);
  private final AtomicLong elsewhere = new AtomicLong(); // written by the owner alone
  private volatile long saidLost;
  private volatile boolean quiet; // the last line was not allowed

  Losses(
      EngineClock clock,
      Supplier<AuditSettings> settings,
      Printk printk,
      String prefix,
      PanicHandler panicHandler,
      ForeignCode foreign,
      BiConsumer<LostReason, AuditSettings> firstLoss) {
    this.clock = clock;
    this.settings = settings;
    this.printk = printk;
    this.prefix = prefix;
    this.panicHandler = panicHandler;
    this.foreign = foreign;
    this.firstLoss = firstLoss;
    this.lastMessageNs = new AtomicLong(clock.nanoTime() - 2 * RateLimit.SECOND_NS);
  }

  /**
   * So many records of producers were not accepted. They are counted; {@link #say} is to follow.
   * Returns a number for that call.
   */
  @SuppressWarnings("EnumOrdinal") // an index within this run of the program, never stored
  long atGate(LostReason reason, long count, AuditSettings now) {
    long before = atGate.add(atGate.mine(), reason.ordinal(), count);
    DropEvent.happened(reason, count);
    if (before == 0) {
      sayFirst(reason, now); // before the kernel's lines, which do not say what to set
    }
    return before;
  }

  /** How many records were not accepted, for this reason. */
  @SuppressWarnings("EnumOrdinal") // as above
  long atGateCount(LostReason reason) {
    return atGate.sum(reason.ordinal());
  }

  /** The kernel's lost counter, as the lines about losses say it. */
  long lost() {
    long lost = elsewhere.get();
    for (LostReason reason : REASONS) {
      lost += reason.countsAsLost() ? atGateCount(reason) : 0;
    }
    return lost;
  }

  /**
   * Reports one lost record, as the failure mode demands; it is counted elsewhere. Called by the
   * owner.
   */
  void report(LostReason reason) {
    report(reason, 1);
  }

  /** Reports lost records as {@link #report(LostReason)} does, with one message for all. */
  void report(LostReason reason, long count) {
    DropEvent.happened(reason, count);
    if (reason.countsAsLost()) {
      AuditSettings now = settings.get();
      long before = elsewhere.getAndAdd(count);
      if (before == 0) {
        sayFirst(reason, now);
      }
      say(reason, before, now);
    }
  }

  /** Whether lines about losses are not allowed just now, so that it is of no use to make them. */
  boolean isQuiet() {
    return quiet;
  }

  private void sayFirst(LostReason reason, AuditSettings now) {
    if (reason.countsAsLost()) {
      firstLoss.accept(reason, now);
    }
  }

  /** Says a loss as the settings ask, which {@code before} others of its kind came before. */
  void say(LostReason reason, long before, AuditSettings now) {
    if (!reason.countsAsLost()) {
      return;
    }
    boolean panic = now.failureMode() == FailureMode.PANIC;
    if (quiet && !panic && (before & ASK_AGAIN_MASK) != 0) {
      return;
    }
    if (panic || now.rateLimit() == 0 || secondHasPassed()) {
      StackProbe.reserve(); // no lock of the log's is left behind
      sayTotal(now);
      failed(now.failureMode(), reason.message());
    }
  }

  private boolean secondHasPassed() {
    long last = lastMessageNs.get();
    long nowNs = clock.nanoTime();
    return nowNs - last > RateLimit.SECOND_NS && lastMessageNs.compareAndSet(last, nowNs);
  }

  private void sayTotal(AuditSettings now) {
    boolean allowed = printk.ratelimitLosses();
    if (quiet == allowed) {
      quiet = !allowed; // written only when it changes: every loss reads it
    }
    if (allowed) {
      printTotal(now);
    }
  }

  private void printTotal(AuditSettings now) {
    long total = lost();
    saidLost = total;
    printk.warn(
        "audit_lost="
            + total
            + " audit_rate_limit="
            + now.rateLimit()
            + " audit_backlog_limit="
            + now.backlogLimit());
  }

  /** Whether the last line did not say all that is lost by now. */
  boolean isUnsaid() {
    return lost() != saidLost;
  }

  /** A pass has ended: what could not be said before is, if it may be now. Called by the owner. */
  void passEnded() {
    if (quiet) {
      sayTotal(settings.get());
    }
  }

  /** Says the total, if it has not been said and a line is allowed. Called by the owner. */
  void sayUnsaid() {
    if (isUnsaid()) {
      sayTotal(settings.get());
    }
  }

  /** Says the total, if it has not been said: this is the last occasion. */
  void sayAtLast() {
    if (isUnsaid()) {
      printTotal(settings.get());
    }
  }

  private void failed(FailureMode mode, String message) {
    switch (mode) {
      case SILENT -> {}
      case PRINTK -> {
        if (!quiet && printk.ratelimitLosses()) {
          printk.err(message);
        }
      }
      case PANIC -> panic(message);
    }
  }

  /** Calls the panic handler, whatever the failure mode. */
  void panic(String message) {
    foreign.call(panicHandler, "panic", () -> panicHandler.panic("audit: " + prefix + message));
  }
}
