// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.core.EngineClock;

/** Virtual time. For one thread, so that reading it costs nothing. */
final class SimulationClock implements EngineClock {
  /** The day the patch was posted. */
  private static final long START_MS = 1_642_555_588_000L;

  private static final long NS_PER_MS = 1_000_000;

  private long nowNs;

  /** Nanoseconds since the start. */
  @Override
  public long nanoTime() {
    return nowNs;
  }

  @Override
  public long currentTimeMs() {
    return START_MS + nowNs / NS_PER_MS;
  }

  /** Moves on, or stays where it is if the moment has passed already. */
  void moveTo(long atNs) {
    nowNs = Math.max(nowNs, atNs);
  }
}
