// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.EventLog;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.api.ProducerContext;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A log that exists before its engine. It keeps records until an engine is started with it. The
 * engine gets these records first and in their order. From then on the log forwards every record
 * directly.
 *
 * <pre>{@code
 * static final EarlyLog AUDIT = EarlyLog.create();      // code that logs has it from the first line on
 *
 * Kauditd engine = Kauditd.builder().transport("file", file).earlyLog(AUDIT).start();
 * }</pre>
 *
 * <p>It keeps at most 10,000 records and 8 MiB, unless {@link #create(int, long)} sets other
 * limits. Records beyond that are lost, and counted in the engine's ledger under {@link
 * LostReason#BACKLOG_LIMIT}. A program that ends without an engine delivers nothing; {@link
 * #status} counts these records.
 *
 * <p><b>Threads</b>: any. The records of one thread are delivered in their order, also across the
 * start of the engine. <b>Blocking</b>: never before the engine; while it starts, at most until the
 * kept records are handed over; afterwards as the engine.
 *
 * @since 0.1.0
 */
public final class EarlyLog implements AuditLog {
  private static final int DEFAULT_RECORDS = 10_000;
  private static final long DEFAULT_BYTES = 8L << 20;

  /** So often records are handed over while others come; then those who log wait for the rest. */
  private static final int ROUNDS = 100;

  private final int maxRecords;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Kept> kept = new ArrayDeque<>(); // with the lock, as those below
  private long keptBytes;
  private long notKept;
  private long serial;
  private boolean taken;
  private volatile @Nullable AuditEngine engine;

  private record Kept(AuditRecord record, ProducerContext context) {}

  private EarlyLog(int maxRecords, long maxBytes) {
    this.maxRecords = maxRecords;
    this.maxBytes = maxBytes;
  }

  /** Keeps at most 10,000 records and 8 MiB. */
  public static EarlyLog create() {
    return new EarlyLog(DEFAULT_RECORDS, DEFAULT_BYTES);
  }

  /**
   * Keeps at most this much.
   *
   * @param maxRecords 1 or more
   * @param maxBytes 1 or more; a record counts as 112 bytes plus its text
   * @throws IllegalArgumentException if one is less than 1
   */
  public static EarlyLog create(int maxRecords, long maxBytes) {
    if (maxRecords < 1) {
      throw new IllegalArgumentException("maxRecords is " + maxRecords + "; it must be 1 or more");
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + "; it must be 1 or more");
    }
    return new EarlyLog(maxRecords, maxBytes);
  }

  @Override
  public boolean log(int type, String text) {
    AuditEngine to = engine;
    if (to != null) {
      return to.log(type, text);
    }
    if (type < 0) {
      throw new IllegalArgumentException("record type " + type + " is negative");
    }
    Objects.requireNonNull(text, "text");
    lock.lock();
    try {
      if (engine == null) {
        return keep(
            AuditRecord.of(type, System.currentTimeMillis(), ++serial, text),
            ProducerContext.BLOCKING);
      }
    } finally {
      lock.unlock();
    }
    return log(type, text); // one has come meanwhile
  }

  @Override
  public boolean log(AuditRecord record, ProducerContext context) {
    AuditEngine to = engine;
    if (to != null) {
      return to.log(record, context);
    }
    Objects.requireNonNull(record, "record");
    Objects.requireNonNull(context, "context");
    lock.lock();
    try {
      if (engine == null) {
        return keep(record, context);
      }
    } finally {
      lock.unlock();
    }
    return log(record, context); // one has come meanwhile
  }

  private boolean keep(AuditRecord record, ProducerContext context) {
    long bytes = MemoryQueue.bytesOf(record);
    if (kept.size() == maxRecords || bytes > maxBytes - keptBytes) {
      notKept++;
      return false;
    }
    keptBytes += bytes;
    kept.add(new Kept(record, context));
    return true;
  }

  /**
   * Starts an event. The engine continues the serials that were given here. The event's records may
   * come before the engine's start and after it.
   */
  @Override
  public EventLog event() {
    AuditEngine to = engine;
    if (to != null) {
      return to.event();
    }
    lock.lock();
    try {
      if (engine == null) {
        return new StampedEvent(this, System.currentTimeMillis(), ++serial);
      }
    } finally {
      lock.unlock();
    }
    return event();
  }

  /**
   * The engine's status. Before there is an engine, kept records count as waiting in the main
   * queue, and others as dropped.
   */
  @Override
  public AuditStatus status() {
    AuditEngine to = engine;
    if (to != null) {
      return to.status();
    }
    lock.lock();
    try {
      if (engine == null) {
        return AuditStatus.builder()
            .lost(notKept)
            .ledger(
                Ledger.builder()
                    .logged(kept.size() + notKept)
                    .inMain(kept.size())
                    .dropped(LostReason.BACKLOG_LIMIT, notKept)
                    .build())
            .build();
      }
    } finally {
      lock.unlock();
    }
    return status();
  }

  /**
   * Reserves this log for an engine that is being built.
   *
   * @throws IllegalStateException if another engine has it
   */
  void take() {
    lock.lock();
    try {
      if (taken) {
        throw new IllegalStateException(
            "this EarlyLog belongs to another engine already; give each engine one of its own");
      }
      taken = true;
    } finally {
      lock.unlock();
    }
  }

  /** The engine could not be built; another one may be tried. */
  void giveBack() {
    lock.lock();
    try {
      taken = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands everything over, and forwards to this engine from now on. A thread that logs meanwhile
   * waits at most while the last records are handed over.
   *
   * @param to accepts records, and nobody else logs to it yet
   */
  void handOver(AuditEngine to) {
    for (int i = 0; i < ROUNDS && handSomeOver(to); i++) {
      // again: others have come meanwhile
    }
    lock.lock();
    try {
      kept.forEach(each -> to.log(each.record(), each.context()));
      kept.clear();
      to.serialsAbove(serial);
      to.lostEarly(notKept);
      engine = to;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody waits meanwhile: what comes is kept, behind these. */
  private boolean handSomeOver(AuditEngine to) {
    List<Kept> some;
    lock.lock();
    try {
      some = List.copyOf(kept);
      kept.clear();
      keptBytes = 0;
    } finally {
      lock.unlock();
    }
    some.forEach(each -> to.log(each.record(), each.context()));
    return !some.isEmpty();
  }
}
