// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import io.kauditd.api.LostReason;
import io.kauditd.api.PanicHandler;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and reports what is lost; follows audit_log_lost() and audit_panic(). Safe for producers
 * and the kauditd thread at once.
 */
final class Losses {
  private static final Logger LOG = LoggerFactory.getLogger(Losses.class);

  private final EngineClock clock;
  private final Supplier<AuditSettings> settings;
  private final Printk printk;
  private final PanicHandler panicHandler;
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong lastMessageNs;
  private final Map<LostReason, LongAdder> atGate = new EnumMap<>(LostReason.class);

  Losses(
      EngineClock clock,
      Supplier<AuditSettings> settings,
      Printk printk,
      PanicHandler panicHandler) {
    this.clock = clock;
    this.settings = settings;
    this.printk = printk;
    this.panicHandler = panicHandler;
    this.lastMessageNs = new AtomicLong(clock.nanoTime() - 2 * RateLimit.SECOND_NS);
    for (LostReason reason : LostReason.values()) {
      atGate.put(reason, new LongAdder());
    }
  }

  /** A producer's record was not accepted. */
  void atGate(LostReason reason) {
    adder(reason).increment();
    report(reason);
  }

  /** How many records were not accepted, for this reason. */
  long atGateCount(LostReason reason) {
    return adder(reason).sum();
  }

  private LongAdder adder(LostReason reason) {
    return Objects.requireNonNull(atGate.get(reason)); // one for every reason, from the start
  }

  /** The kernel's lost counter. */
  long lost() {
    return lost.get();
  }

  /** Counts one lost record, which is accounted for elsewhere, and says so as the settings ask. */
  void report(LostReason reason) {
    report(reason, 1);
  }

  /** Counts lost records as {@link #report(LostReason)} does, with one message for all. */
  void report(LostReason reason, long count) {
    DropEvent.happened(reason, count);
    if (!reason.countsAsLost()) {
      return;
    }
    long total = lost.addAndGet(count);
    AuditSettings now = settings.get();
    boolean print = now.failureMode() == FailureMode.PANIC || now.rateLimit() == 0;
    if (!print) {
      long last = lastMessageNs.get();
      long nowNs = clock.nanoTime();
      print = nowNs - last > RateLimit.SECOND_NS && lastMessageNs.compareAndSet(last, nowNs);
    }
    if (print) {
      if (printk.ratelimit()) {
        printk.warn(
            "audit_lost="
                + total
                + " audit_rate_limit="
                + now.rateLimit()
                + " audit_backlog_limit="
                + now.backlogLimit());
      }
      failed(now.failureMode(), reason.message());
    }
  }

  private void failed(FailureMode mode, String message) {
    switch (mode) {
      case SILENT -> {}
      case PRINTK -> {
        if (printk.ratelimit()) {
          printk.err(message);
        }
      }
      case PANIC -> panic(message);
    }
  }

  /** Calls the panic handler, whatever the failure mode. */
  void panic(String message) {
    try {
      panicHandler.panic("audit: " + message);
    } catch (Throwable e) { // code of a stranger
      PluginFaults.rethrowFatal(e);
      LOG.error("the panic handler failed", e);
    }
  }
}
