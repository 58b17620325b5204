// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordBatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A batch that notices how it is used. */
final class ContractBatch implements RecordBatch {
  private final List<AuditRecord> records;
  private final long peer;
  private final Thread thread = Thread.currentThread();
  private final AtomicReference<@Nullable String> misuse;
  private int pulled;
  private volatile boolean over;

  /**
   * @param misuse is set to what was wrong, at any time, also after the call
   */
  ContractBatch(List<AuditRecord> records, long peer, AtomicReference<@Nullable String> misuse) {
    this.records = records;
    this.peer = peer;
    this.misuse = misuse;
  }

  @Override
  public @Nullable AuditRecord next() {
    if (over) {
      misuse.compareAndSet(null, "next() was called after send had returned");
      return null;
    }
    if (Thread.currentThread() != thread) {
      misuse.compareAndSet(null, "next() was called on thread " + Thread.currentThread().getName());
      return null;
    }
    return pulled < records.size() ? records.get(pulled++) : null;
  }

  @Override
  public long peer() {
    return peer;
  }

  int pulled() {
    return pulled;
  }

  void end() {
    over = true;
  }
}
