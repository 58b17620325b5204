// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Whatever producers and the consumer do at once, it is as if they had done it one after the other:
 * no record lost or twice, no bound overstepped, by Lincheck. Records put back are another test's:
 * while they are in flight the bound does not count them, as the kernel's does not.
 */
public class MemoryQueueLincheckTest extends MemoryQueueOperations {
  /** For JUnit and Lincheck. */
  public MemoryQueueLincheckTest() {
    super("the memory queue", Model.class);
  }

  /** A producer with a bound of two records. */
  @Operation
  public boolean addBounded(long serial) {
    return queue.add(AuditRecord.of(0, 0, serial, ""), 2);
  }

  /** The queue without concurrency. */
  public static class Model {
    private final ArrayDeque<Long> records = new ArrayDeque<>();

    public boolean addBounded(long serial) {
      return records.size() < 2 && records.add(serial);
    }

    public boolean add(long serial) {
      return records.add(serial);
    }

    public @Nullable Long take() {
      return records.poll();
    }
  }
}
