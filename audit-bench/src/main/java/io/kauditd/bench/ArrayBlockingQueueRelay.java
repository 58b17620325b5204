// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditRecord;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What one writes by hand: a bounded queue of the JDK, and a thread that waits for records. */
final class ArrayBlockingQueueRelay implements Relay {
  private final ArrayBlockingQueue<AuditRecord> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final boolean waits;
  private final Taken taken;
  private final LongAdder lost = new LongAdder();
  private final Thread taker;
  private volatile boolean closed;

  ArrayBlockingQueueRelay(boolean waits, Taken taken) {
    this.waits = waits;
    this.taken = taken;
    taker = Thread.ofPlatform().daemon().start(this::take);
  }

  private void take() {
    try {
      while (!closed) {
        if (queue.poll(10, TimeUnit.MILLISECONDS) != null) {
          taken.add(1);
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void put() {
    if (!waits) {
      if (!queue.offer(Payload.RECORD)) {
        lost.increment();
      }
      return;
    }
    try {
      queue.put(Payload.RECORD);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public long taken() {
    return taken.get();
  }

  @Override
  public long countedLost() {
    return lost.sum();
  }

  @Override
  public void close() {
    closed = true;
    Spinning.join(taker);
  }
}
