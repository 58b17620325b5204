// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.core.MemoryQueue.Chunk;

/**
 * The fields of {@link MemoryQueue}, kept apart by padding: what producers write must not share a
 * cache line with what the consumer writes. The virtual machine lays out a superclass's fields
 * before those of its subclass, which is why this takes a class for each group.
 */
@SuppressWarnings({"unused", "UnusedVariable"}) // the padding
final class MemoryQueueFields {
  private MemoryQueueFields() {}

  abstract static class Front {
    private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14;
  }

  /** Written by producers. */
  abstract static class Producers extends Front {
    /** The next number to claim, and a bit that says that none is to be claimed any more. */
    volatile long tail;

    /**
     * A head seen earlier. It never moves back, as the cursor does when records are put back, so it
     * is at most the real cursor, and a bound that holds for it holds.
     */
    volatile long headSeen;

    /** What large records took beyond a unit that were ever added or are about to be, in bytes. */
    volatile long excessAdded;

    /** An {@code excessFreed} seen earlier, which only grows: a bound that holds for it holds. */
    volatile long excessFreedSeen;

    volatile Chunk tailChunk;

    Producers(Chunk first) {
      tailChunk = first;
    }
  }

  abstract static class Middle extends Producers {
    private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14;

    Middle(Chunk first) {
      super(first);
    }
  }

  /** Written by the consumer, but for a flag that is set once. */
  abstract static class Consumer extends Middle {
    /** The next number to poll. */
    volatile long cursor;

    /** The oldest number in flight; written by the consumer alone. */
    volatile long head;

    /** What large records took that were acknowledged; written by the consumer alone. */
    volatile long excessFreed;

    /** Whether a large record was ever offered: until then the consumer need not look for any. */
    volatile boolean hasLarge;

    /** A tail seen earlier: the cursor is at most this, since the tail never moves back. */
    long tailSeen;

    Chunk cursorChunk;
    Chunk headChunk;

    Consumer(Chunk first) {
      super(first);
      cursorChunk = first;
      headChunk = first;
    }
  }

  abstract static class Padded extends Consumer {
    private long c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14;

    Padded(Chunk first) {
      super(first);
    }
  }
}
