// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditRecord;
import java.util.Queue;
import java.util.function.IntSupplier;

/**
 * A bare queue, and a thread that takes one record after the other and spins while there is none:
 * the limit of what handing over a reference can cost. Nothing is counted but what was taken.
 */
final class QueueRelay implements Relay {
  private final Queue<AuditRecord> queue;
  private final Taken taken;
  private final Thread taker;
  private volatile boolean closed;

  QueueRelay(Queue<AuditRecord> queue, Taken taken) {
    this.queue = queue;
    this.taken = taken;
    IntSupplier takeOne = () -> queue.poll() == null ? 0 : 1;
    taker = Spinning.start(takeOne, taken, () -> closed);
  }

  @Override
  public void put() {
    while (!queue.offer(Payload.RECORD)) {
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
