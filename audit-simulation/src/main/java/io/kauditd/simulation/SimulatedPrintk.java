// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditRecord;
import io.kauditd.core.Printk;

/** Prints nothing, as often as the kernel would print something: ten lines in five seconds. */
final class SimulatedPrintk implements Printk {
  private static final long INTERVAL_NS = 5_000_000_000L;
  private static final int BURST = 10;

  private final SimulationClock clock;
  private long beginNs;
  private int printed;

  SimulatedPrintk(SimulationClock clock) {
    this.clock = clock;
  }

  @Override
  public boolean ratelimit() {
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

  @Override
  public void warn(String line) {}

  @Override
  public void err(String line) {}

  @Override
  public void record(AuditRecord record) {}
}
