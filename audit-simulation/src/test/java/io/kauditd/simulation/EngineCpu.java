// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.spi.SendResult;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * Measures the real CPU time that the engine takes for the passes of a stretch of virtual time.
 * What goes on while a send takes its time is not counted: that is producers and the simulator.
 */
final class EngineCpu implements PassObserver {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long fromNs;
  private final long toNs;
  private boolean counting;
  private long sinceNs;
  private long cpuNs;
  private long passes;
  private long attempts;
  private long failures;

  EngineCpu(Duration from, Duration to) {
    this.fromNs = from.toNanos();
    this.toNs = to.toNanos();
  }

  @Override
  public void passBegins(long nowNs) {
    counting = nowNs >= fromNs && nowNs < toNs;
    start();
  }

  @Override
  public void sendBegins() {
    stop();
  }

  @Override
  public void sendEnded(SendResult result) {
    int failed = result.error() == null ? 0 : 1;
    attempts += counting ? result.taken() + failed : 0;
    failures += counting ? failed : 0;
    start();
  }

  @Override
  public void passEnded(long nowNs) {
    stop();
    passes += counting ? 1 : 0;
  }

  private void start() {
    if (counting) {
      sinceNs = THREADS.getCurrentThreadCpuTime();
    }
  }

  private void stop() {
    if (counting) {
      cpuNs += THREADS.getCurrentThreadCpuTime() - sinceNs;
    }
  }

  Duration cpu() {
    return Duration.ofNanos(cpuNs);
  }

  long passes() {
    return passes;
  }

  long attempts() {
    return attempts;
  }

  long failures() {
    return failures;
  }

  /** The share of a core, with {@code perAttempt} for a send's own work, which is not simulated. */
  double share(Duration perAttempt) {
    return (double) (cpuNs + attempts * perAttempt.toNanos()) / (toNs - fromNs);
  }
}
