// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import org.jspecify.annotations.Nullable;

/** A queue that says that what is in it survives the program. */
final class SurvivingQueue implements AuditQueue {
  private final MemoryQueue records = new MemoryQueue();

  @Override
  public boolean add(AuditRecord record, int capacity) {
    return records.add(record, capacity);
  }

  @Override
  public @Nullable AuditRecord poll() {
    return records.poll();
  }

  @Override
  public void acknowledge(int count) {
    records.acknowledge(count);
  }

  @Override
  public void putBack(int count) {
    records.putBack(count);
  }

  @Override
  public int size() {
    return records.size();
  }

  @Override
  public boolean outlivesProgram() {
    return true;
  }

  @Override
  public void close() {
    records.close();
  }
}
