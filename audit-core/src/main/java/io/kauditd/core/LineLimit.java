// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** So many lines in so long a time; follows ___ratelimit() with the kernel's defaults. */
final class LineLimit {
  /** The kernel's DEFAULT_RATELIMIT_INTERVAL and DEFAULT_RATELIMIT_BURST. */
  static final long INTERVAL_NS = 5_000_000_000L;

  static final int BURST = 10;

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private long beginNs;
  private int printed;
  private long suppressed;

  LineLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.beginNs = nanoTime.getAsLong();
  }

  /**
   * Asks for one line. Returns a negative number if it may not be printed, else how many could not
   * be printed before, if nobody was told of them.
   */
  long next() {
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      long before = 0;
      if (now - beginNs >= INTERVAL_NS) {
        beginNs = now;
        printed = 0;
        before = suppressed;
        suppressed = 0;
      }
      if (printed >= BURST) {
        suppressed++;
        return -1;
      }
      printed++;
      return before;
    } finally {
      lock.unlock();
    }
  }
}
