// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import org.jspecify.annotations.Nullable;

/**
 * A queue that is not the memory queue, and does as one; a test overrides what its queue does
 * differently.
 */
class WrappedQueue implements AuditQueue {
  final MemoryQueue inner = new MemoryQueue();

  @Override
  public boolean add(AuditRecord record, int capacity) {
    return inner.add(record, capacity);
  }

  @Override
  public @Nullable AuditRecord poll() {
    return inner.poll();
  }

  @Override
  public void acknowledge(int count) {
    inner.acknowledge(count);
  }

  @Override
  public void putBack(int count) {
    inner.putBack(count);
  }

  @Override
  public int size() {
    return inner.size();
  }

  @Override
  public void close() {
    inner.close();
  }
}
