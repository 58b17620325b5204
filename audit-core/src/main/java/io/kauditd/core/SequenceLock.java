// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Publishes the counters, as they were between two passes, without slowing the owner down. A
 * sequence lock: the owner makes {@code version} odd, writes, and makes it even. A reader that saw
 * the same even version before and after has a consistent set.
 *
 * <p>On processors that reorder memory accesses, a fence keeps the values behind the odd version,
 * and the even version is a release. So a reader that sees a new value sees at least the odd
 * version before it, and reads again. The reader's first read of the version is an acquire, and a
 * fence keeps the second read behind the values.
 */
final class SequenceLock {
  private final AtomicLongArray shown;
  private volatile long version;

  SequenceLock(int length) {
    shown = new AtomicLongArray(length);
  }

  /** Shows new values. Called by the owner alone. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void show(long[] values) {
    version++;
    VarHandle.storeStoreFence(); // a volatile store does not keep later ones behind it
    for (int i = 0; i < values.length; i++) {
      shown.setOpaque(i, values[i]);
    }
    VarHandle.releaseFence();
    version++;
  }

  /** A whole picture. Spins while the owner writes one, which takes nanoseconds. */
  long[] read() {
    var values = new long[shown.length()];
    while (true) {
      long before = version;
      if ((before & 1) == 0) {
        for (int i = 0; i < values.length; i++) {
          values[i] = shown.getOpaque(i);
        }
        VarHandle.acquireFence();
        if (version == before) {
          return values;
        }
      }
      Thread.onSpinWait();
    }
  }
}
