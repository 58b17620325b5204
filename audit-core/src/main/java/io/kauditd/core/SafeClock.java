// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A clock of the application's, or of a test, kept to what the engine needs: a nanosecond time that
 * never goes back, a time of day that is not before 1970. Where the clock jumps back, the time
 * stands still for that moment and goes on from there, so that no pause lasts longer for it. A
 * clock that throws tells the time of its last answer.
 */
final class SafeClock implements EngineClock {
  private final EngineClock clock;
  private final FaultLog faults;
  private final ReentrantLock lock = new ReentrantLock();
  private long saidNs; // what the clock said last; guarded by lock, as are the others
  private long nowNs;
  private volatile long lastMs;

  private SafeClock(EngineClock clock, FaultLog faults) {
    this.clock = clock;
    this.faults = faults;
    try {
      saidNs = clock.nanoTime();
      nowNs = saidNs;
    } catch (Throwable e) { // plug-in code
      faults.threw(clock, "nanoTime", e);
    }
  }

  /** The machine's clock needs nothing but its time of day looked at. */
  @SuppressWarnings("ReferenceEquality") // there is one
  static EngineClock of(EngineClock clock, FaultLog faults) {
    return clock == SYSTEM ? new OfMachine() : new SafeClock(clock, faults);
  }

  @Override
  public long nanoTime() {
    long says;
    try {
      says = clock.nanoTime();
    } catch (Throwable e) { // plug-in code
      faults.threw(clock, "nanoTime", e);
      says = Long.MIN_VALUE;
    }
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
    try {
      lastMs = Math.max(0, clock.currentTimeMs());
    } catch (Throwable e) { // plug-in code
      faults.threw(clock, "currentTimeMs", e);
    }
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
