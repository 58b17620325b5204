// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Takes samples of an engine's status at even distances, in a thread of its own. */
final class OutageSampler {
  private static final int SAMPLES = 480;
  private static final long SHORTEST_GAP_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Supplier<AuditStatus> status;
  private final long gapNs;
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread;
  private volatile boolean stopped;

  /**
   * The state of the engine at a moment.
   *
   * @param atNs since the start
   * @param ledger where the records were
   */
  record Sample(long atNs, Ledger ledger) {}

  OutageSampler(Supplier<AuditStatus> status, Duration length) {
    this.status = status;
    this.gapNs = Math.max(SHORTEST_GAP_NS, length.toNanos() / SAMPLES);
    thread = Thread.ofPlatform().name("sampler").daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    long startNs = System.nanoTime();
    for (long dueNs = startNs; !stopped; dueNs += gapNs) {
      while (!stopped && System.nanoTime() < dueNs) {
        LockSupport.parkNanos(dueNs - System.nanoTime());
      }
      samples.add(new Sample(System.nanoTime() - startNs, status.get().ledger()));
    }
  }

  /** Ends it, and waits until it has. */
  List<Sample> stop() throws InterruptedException {
    stopped = true;
    thread.join();
    return samples;
  }

  /** The curves of a plot. */
  static QueuePlot.Curves curves(List<Sample> samples) {
    return new QueuePlot.Curves(
        column(samples, sample -> sample.atNs() / 1e9),
        column(samples, sample -> sample.ledger().inMain()),
        column(samples, sample -> sample.ledger().inRetry()),
        column(samples, sample -> sample.ledger().inHold()),
        column(samples, sample -> sample.ledger().droppedTotal()));
  }

  private static double[] column(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).toArray();
  }
}
