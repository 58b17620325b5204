// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How long an engine that is being closed still delivers. The first caller decides, and later calls
 * do not change it. Any thread.
 */
final class ClosingTime {
  private final LongSupplier nanoTime;
  private final AtomicBoolean begun = new AtomicBoolean();
  private long endNs; // written before set
  private volatile boolean set;

  ClosingTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The time begins, if it has not begun before. */
  void begin(long lengthNs) {
    if (begun.compareAndSet(false, true)) {
      endNs = nanoTime.getAsLong() + lengthNs;
      set = true;
    }
  }

  /** What is left of it, 0 if it is over; {@link Long#MAX_VALUE} if it has not begun. */
  long leftNs() {
    return set ? Math.max(0, endNs - nanoTime.getAsLong()) : Long.MAX_VALUE;
  }

  /** Whether nothing is to be sent any more. Asked between two calls of a transport. */
  boolean isOver() {
    return set && leftNs() == 0;
  }
}
