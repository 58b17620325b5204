// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the last records, for tests and for an application that shows them.
 *
 * @since 0.1.0
 */
public final class MemoryTransport implements Transport {
  private static final int BATCH_RECORDS = 256;

  private final int keptRecords;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<AuditRecord> kept = new ArrayDeque<>();
  private long delivered;

  /**
   * A transport that keeps the last records.
   *
   * @param keptRecords how many, 1 or more
   */
  public MemoryTransport(int keptRecords) {
    if (keptRecords < 1) {
      throw new IllegalArgumentException(
          "keptRecords is " + keptRecords + "; it must be 1 or more");
    }
    this.keptRecords = keptRecords;
  }

  @Override
  public OpenResult open(TransportContext context) {
    return OpenResult.connected();
  }

  @Override
  public SendResult send(RecordBatch batch) {
    int taken = 0;
    lock.lock();
    try {
      for (AuditRecord record = batch.next(); record != null; record = batch.next()) {
        if (kept.size() == keptRecords) {
          kept.removeFirst();
        }
        kept.addLast(record);
        delivered++;
        taken++;
        if (taken == BATCH_RECORDS) {
          break;
        }
      }
    } finally {
      lock.unlock();
    }
    return SendResult.sent(taken);
  }

  /** The records it keeps, oldest first. May be called by any thread. */
  public List<AuditRecord> records() {
    lock.lock();
    try {
      return new ArrayList<>(kept);
    } finally {
      lock.unlock();
    }
  }

  /** How many records it has taken. May be called by any thread. */
  public long delivered() {
    lock.lock();
    try {
      return delivered;
    } finally {
      lock.unlock();
    }
  }

  /** The records stay readable. */
  @Override
  public void close() {}
}
