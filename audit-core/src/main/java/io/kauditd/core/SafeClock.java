// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A clock of an application or a test, corrected to what the engine needs: a nanosecond time that
 * never goes back, and a time of day not before 1970. If the clock jumps back, the nanosecond time
 * stands still for a moment and then continues, so no pause becomes longer. If the clock throws,
 * the last answer is used.
 */
final class SafeClock implements EngineClock {
  private final EngineClock clock;
  private final ForeignCode foreign;
  private final ReentrantLock lock = new ReentrantLock();
  private long saidNs; // what the clock said last; guarded by lock, as are the others
  private long nowNs;
  private volatile long lastMs;

  private SafeClock(EngineClock clock, ForeignCode foreign) {
    this.clock = clock;
    this.foreign = foreign;
    saidNs = foreign.count(clock, "nanoTime", clock::nanoTime, 0);
    nowNs = saidNs;
  }

  /** The machine's clocks need nothing but the time of day looked at. */
  @SuppressWarnings("ReferenceEquality") // there is one
  static EngineClock of(EngineClock clock, ForeignCode foreign) {
    if (clock instanceof CoarseClock) {
      return clock;
    }
    return clock == SYSTEM ? new OfMachine() : new SafeClock(clock, foreign);
  }

  @Override
  public long nanoTime() {
    long says = foreign.count(clock, "nanoTime", clock::nanoTime, Long.MIN_VALUE);
    lock.lock();
    try {
      if (says != Long.MIN_VALUE) {
        nowNs += Math.max(0, says - saidNs);
        saidNs = says;
      }
      return nowNs;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long currentTimeMs() {
    lastMs = Math.max(0, foreign.count(clock, "currentTimeMs", clock::currentTimeMs, lastMs));
    return lastMs;
  }

  /** The machine's clocks; where nobody has set the time of day, it is 1970. */
  private static final class OfMachine implements EngineClock {
    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public long currentTimeMs() {
      return Math.max(0, System.currentTimeMillis());
    }
  }
}
