// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditRecord;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * A bare queue, and a thread that takes one record after the other and spins while there is none:
 * the limit of what handing over a reference can cost. Nothing is counted but what was taken.
 */
final class QueueRelay implements Relay {
  private final Queue<AuditRecord> queue;
  private final Taken taken;
  private final Thread taker;
  private final Supplier<AuditRecord> records;
  private volatile boolean closed;

  private QueueRelay(Queue<AuditRecord> queue, Supplier<AuditRecord> records, Taken taken) {
    this.queue = queue;
    this.records = records;
    this.taken = taken;
    IntSupplier takeOne = () -> queue.poll() == null ? 0 : 1;
    taker = Spinning.start(takeOne, taken, () -> closed);
  }

  /** The same record each time. */
  static QueueRelay ofOne(Queue<AuditRecord> queue, Taken taken) {
    return new QueueRelay(queue, () -> Payload.RECORD, taken);
  }

  /** A record made of a text, with the time and a serial: what {@code log(type, text)} does. */
  static QueueRelay ofText(Queue<AuditRecord> queue, Taken taken) {
    AtomicLong serial = new AtomicLong();
    Supplier<AuditRecord> records =
        () ->
            AuditRecord.of(
                Payload.TYPE, System.currentTimeMillis(), serial.incrementAndGet(), Payload.TEXT);
    return new QueueRelay(queue, records, taken);
  }

  @Override
  public void put() {
    AuditRecord record = records.get();
    while (!queue.offer(record)) {
      Spinning.pause();
    }
  }

  @Override
  public long taken() {
    return taken.get();
  }

  @Override
  public void close() {
    closed = true;
    Spinning.join(taker);
  }
}
