// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Allows a number of lines per interval; follows ___ratelimit() with the kernel's defaults. It
 * takes no lock, because every thread that loses a record asks here: a thread that is stopped while
 * it holds a lock would stop all others. The kernel only tries its lock for the same reason.
 *
 * <p>Each interval is an object with its own count, so no interval allows too many lines. One
 * compare-and-set replaces it by the next. Suppressed lines are counted in one place, and the count
 * is taken in one atomic step, so each suppressed line is reported once.
 */
final class LineLimit {
  /** The kernel's DEFAULT_RATELIMIT_INTERVAL and DEFAULT_RATELIMIT_BURST. */
  static final long INTERVAL_NS = 5_000_000_000L;

  static final int BURST = 10;

  private final LongSupplier nanoTime;
  private final AtomicReference<Interval> interval;
  private final AtomicLong suppressed = new AtomicLong();

  LineLimit(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.interval = new AtomicReference<>(new Interval(nanoTime.getAsLong(), 0));
  }

  /**
   * Asks for one line. Returns a negative number if it may not be printed, else how many could not
   * be printed before, if nobody was told of them.
   */
  long next() {
    Interval now = interval.get();
    long nowNs = nanoTime.getAsLong();
    if (nowNs - now.beginNs >= INTERVAL_NS
        && interval.compareAndSet(now, new Interval(nowNs, 1))) { // with this line
      return suppressed.getAndSet(0);
    }
    if (now.takes()) {
      return 0;
    }
    suppressed.incrementAndGet();
    return -1;
  }

  private static final class Interval {
    final long beginNs;
    private final AtomicInteger printed;

    Interval(long beginNs, int printed) {
      this.beginNs = beginNs;
      this.printed = new AtomicInteger(printed);
    }

    /** Counted up to the limit and not beyond, where it says nothing more. */
    boolean takes() {
      return printed.get() < BURST && printed.incrementAndGet() <= BURST;
    }
  }
}
