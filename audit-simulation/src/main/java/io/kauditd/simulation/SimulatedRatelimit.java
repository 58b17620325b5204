// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.util.function.BooleanSupplier;

/** The kernel's limit for printed lines, in virtual time: ten lines in five seconds. */
final class SimulatedRatelimit implements BooleanSupplier {
  private static final long INTERVAL_NS = 5_000_000_000L;
  private static final int BURST = 10;

  private final SimulationClock clock;
  private long beginNs;
  private int printed;

  SimulatedRatelimit(SimulationClock clock) {
    this.clock = clock;
  }

  @Override
  public boolean getAsBoolean() {
    long nowNs = clock.nanoTime();
    if (nowNs - beginNs >= INTERVAL_NS) {
      beginNs = nowNs;
      printed = 0;
    }
    if (printed == BURST) {
      return false;
    }
    printed++;
    return true;
  }
}
