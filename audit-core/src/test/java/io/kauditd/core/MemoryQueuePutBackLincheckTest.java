// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
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

  @Test
  @Tag(Deep.TAG)
  void underStress() {
    try (DeepSearch scenarios = Deep.search("Lincheck scenarios of putting back", 2, 500, 5_000)) {
      new StressOptions()
          .threads(3)
          .actorsPerThread(3)
          .iterations((int) scenarios.count())
          .invocationsPerIteration(500)
          .sequentialSpecification(Model.class)
          .check(MemoryQueuePutBackLincheckTest.class);
      scenarios.tried(scenarios.count());
    }
  }

  @Test
  @Tag(Deep.TAG)
  void underEveryScheduleOfAModelChecker() {
    try (DeepSearch scenarios = Deep.search("Lincheck scenarios of putting back", 2, 500, 5_000)) {
      new ModelCheckingOptions()
          .threads(3)
          .actorsPerThread(2)
          .iterations((int) scenarios.count())
          .invocationsPerIteration(300)
          .checkObstructionFreedom(false)
          .sequentialSpecification(Model.class)
          .check(MemoryQueuePutBackLincheckTest.class);
      scenarios.tried(scenarios.count());
    }
  }

  /** The queue without concurrency. */
  public static class Model {
    private final java.util.ArrayDeque<Long> records = new java.util.ArrayDeque<>();

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
