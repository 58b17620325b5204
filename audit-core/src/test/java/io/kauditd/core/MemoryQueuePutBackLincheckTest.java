// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import java.util.ArrayDeque;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;

/**
 * A record that was put back is as if it had never been taken, whatever producers do, by Lincheck.
 */
public class MemoryQueuePutBackLincheckTest extends MemoryQueueOperations {
  /** For JUnit and Lincheck. */
  public MemoryQueuePutBackLincheckTest() {
    super("putting back", Model.class);
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
