// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A sink that sleeps for two seconds while records come at a steady rate: how long the thread that
 * logs is kept, and what is lost. A latency is counted from the moment that a record was due, since
 * one call that blocks for two seconds delays all those that were due meanwhile.
 *
 * <p>A program of its own, with one subject a JVM. Prints one line.
 */
final class StalledSink {
  private static final int RATE = 20_000;
  private static final long PERIOD_NS = 1_000_000_000L / RATE;
  private static final long STALL_NS = 2_000_000_000L;
  private static final int WARM_UP_RECORDS = 2 * RATE;
  private static final int HEALTHY_RECORDS = 2 * RATE;
  private static final int STALLED_RECORDS = 3 * RATE;
  private static final int STALL_AFTER = RATE / 2;
  private static final double[] PERCENTILES = {99, 99.9, 100};
  private static final int LATENCIES = 2 * PERCENTILES.length;

  private StalledSink() {}

  /** {@code subject rounds}. Prints the median of the rounds for each latency. */
  public static void main(String[] args) {
    Sleepy taken = new Sleepy();
    int rounds = Integer.parseInt(args[1]);
    double[][] micros = new double[LATENCIES][rounds];
    long all = WARM_UP_RECORDS;
    try (Relay subject = Relays.asShipped(args[0], taken)) {
      log(subject, WARM_UP_RECORDS, -1, taken);
      for (int i = 0; i < rounds; i++) {
        Histogram healthy = log(subject, HEALTHY_RECORDS, -1, taken);
        Histogram stalled = log(subject, STALLED_RECORDS, STALL_AFTER, taken);
        all += HEALTHY_RECORDS + STALLED_RECORDS;
        for (int j = 0; j < PERCENTILES.length; j++) {
          micros[j][i] = healthy.getValueAtPercentile(PERCENTILES[j]) / 1000.0;
          micros[j + PERCENTILES.length][i] = stalled.getValueAtPercentile(PERCENTILES[j]) / 1000.0;
        }
        awaitRest(subject);
      }
      StringBuilder line = new StringBuilder(args[0]);
      for (double[] each : micros) {
        Arrays.sort(each);
        line.append(String.format(Locale.ROOT, " %.1f", each[rounds / 2]));
      }
      System.out.println(
          line.append(' ').append(all - subject.taken()).append(' ').append(subject.countedLost()));
    }
  }

  private static Histogram log(Relay subject, int records, int stallAt, Sleepy taken) {
    Histogram fromDueNs = new Histogram(3);
    long startNs = System.nanoTime();
    for (int i = 0; i < records; i++) {
      long dueNs = startNs + i * PERIOD_NS;
      Spinning.until(dueNs);
      if (i == stallAt) {
        taken.sleepy = true;
      }
      subject.put();
      fromDueNs.recordValue(System.nanoTime() - dueNs);
    }
    return fromDueNs;
  }

  /** Waits until nothing is taken any more. */
  private static void awaitRest(Relay subject) {
    subject.flush();
    long before = -1;
    while (subject.taken() > before) {
      before = subject.taken();
      LockSupport.parkNanos(500_000_000L);
    }
  }

  /** Sleeps once, when it is told to, on the thread that takes. */
  private static final class Sleepy extends Taken {
    private volatile boolean sleepy;

    @Override
    void add(long records) {
      if (sleepy) {
        sleepy = false;
        long endNs = System.nanoTime() + STALL_NS;
        while (System.nanoTime() < endNs) {
          LockSupport.parkNanos(endNs - System.nanoTime());
        }
      }
      super.add(records);
    }
  }
}
