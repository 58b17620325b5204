// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A record that was put back is as if it had never been taken, whatever producers do, by Lincheck.
 */
public class MemoryQueuePutBackLincheckTest {
  private final MemoryQueue queue = new MemoryQueue();

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

  /** The consumer takes a record and changes its mind. */
  @Operation(nonParallelGroup = "consumer")
  public @Nullable Long look() {
    AuditRecord record = queue.poll();
    if (record == null) {
      return null;
    }
    queue.putBack(1);
    return record.serial();
  }

  private static LincheckSearch search() {
    return new LincheckSearch("putting back", MemoryQueuePutBackLincheckTest.class, Model.class);
  }

  @Test
  @Tag(Deep.TAG)
  void underStress() {
    search().underStress();
  }

  @Test
  @Tag(Deep.TAG)
  void underEveryScheduleOfAModelChecker() {
    search().underEverySchedule(new ModelCheckingOptions(), 300);
  }

  /** The queue without concurrency. */
  public static class Model {
    private final ArrayDeque<Long> records = new ArrayDeque<>();

    public boolean add(long serial) {
      return records.add(serial);
    }

    public @Nullable Long take() {
      return records.poll();
    }

    public @Nullable Long look() {
      return records.peek();
    }
  }
}
