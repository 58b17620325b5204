// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Shows the counters, as they were between two passes, to threads that must not disturb the owner.
 * A sequence lock: the owner makes {@code version} odd, writes, and makes it even; a reader that
 * saw the same even version before and after has a whole picture.
 *
 * <p>On processors that reorder: a fence keeps the values behind the odd version, and the even
 * version is a release, so who sees a new value sees at least the odd version that came before it,
 * and reads again; the reader's first look at the version is an acquire, and a fence keeps its
 * second look behind the values.
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
