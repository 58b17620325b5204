// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;

/** What every Lincheck test of the memory queue does with it. */
public abstract class MemoryQueueOperations extends LincheckTest {
  final MemoryQueue queue = new MemoryQueue();

  MemoryQueueOperations(String of, Class<?> model) {
    super(of, model);
  }

  /** A producer without a bound. */
  @Operation
  public boolean add(long serial) {
    return queue.add(AuditRecord.of(0, 0, serial, ""), Integer.MAX_VALUE);
  }

  /** The consumer takes a record and is done with it. */
  @Operation(nonParallelGroup = "consumer")
  public @Nullable Long take() {
    AuditRecord record = queue.poll();
    if (record == null) {
      return null;
    }
    queue.acknowledge(1);
    return record.serial();
  }
}
