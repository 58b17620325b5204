// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.core.EngineClock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that moves only when it is told to. Safe for several threads.
 *
 * @since 0.1.0
 */
public final class ManualClock implements EngineClock {
  private static final long NS_PER_MS = 1_000_000;

  private final AtomicLong nowNs;

  /** A clock that shows {@code nowMs} milliseconds, as the time of day too. */
  public ManualClock(long nowMs) {
    this.nowNs = new AtomicLong(nowMs * NS_PER_MS);
  }

  /** Moves the clock on. */
  public void advanceMs(long ms) {
    advanceNs(ms * NS_PER_MS);
  }

  /** Moves the clock on. */
  public void advanceNs(long ns) {
    if (ns < 0) {
      throw new IllegalArgumentException("time does not run backwards: " + ns + " ns");
    }
    nowNs.addAndGet(ns);
  }

  @Override
  public long nanoTime() {
    return nowNs.get();
  }

  @Override
  public long currentTimeMs() {
    return nowNs.get() / NS_PER_MS;
  }
}
