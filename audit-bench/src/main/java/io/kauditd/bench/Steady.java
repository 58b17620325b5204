// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What a steady 20,000 records a second to a file cost: the CPU of the threads that write, and the
 * latency of the one that logs, from scheduled time. The relays measure in turns, each with a new
 * file.
 *
 * <p>A program of its own. Prints a line for each relay: its name, CPU seconds for a million
 * records, and the 99th percentile of the latency in microseconds, the medians of the rounds.
 */
final class Steady {
  private static final int RATE = 20_000;
  private static final long PERIOD_NS = 1_000_000_000L / RATE;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private Steady() {}

  /** {@code rounds records relay...}; the first round does not count. */
  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[0]);
    int records = Integer.parseInt(args[1]);
    String[] names = Arrays.copyOfRange(args, 2, args.length);
    double[][] cpuSeconds = new double[names.length][rounds];
    double[][] p99Micros = new double[names.length][rounds];
    for (int round = -1; round < rounds; round++) {
      for (int n = 0; n < names.length; n++) {
        double[] measured = measure(names[n], records);
        if (round >= 0) {
          cpuSeconds[n][round] = measured[0];
          p99Micros[n][round] = measured[1];
        }
      }
    }
    for (int n = 0; n < names.length; n++) {
      Arrays.sort(cpuSeconds[n]);
      Arrays.sort(p99Micros[n]);
      System.out.printf(
          Locale.ROOT,
          "%s %.2f %.1f%n",
          names[n],
          cpuSeconds[n][rounds / 2],
          p99Micros[n][rounds / 2]);
    }
  }

  private static double[] measure(String name, int records) throws IOException {
    Set<Long> others = new HashSet<>();
    for (long id : THREADS.getAllThreadIds()) {
      others.add(id);
    }
    Path directory = Files.createTempDirectory("audit-bench");
    Path file = directory.resolve("log");
    try (Relay relay = Relays.toFile(name, file)) {
      Histogram fromDueNs = new Histogram(3);
      long startNs = System.nanoTime();
      for (int i = 0; i < records; i++) {
        long dueNs = startNs + i * PERIOD_NS;
        Spinning.until(dueNs);
        relay.put();
        fromDueNs.recordValue(System.nanoTime() - dueNs);
      }
      relay.flush();
      while (relay.taken() < records) {
        Spinning.pause();
      }
      double cpuNs = 0;
      for (long id : THREADS.getAllThreadIds()) {
        cpuNs += others.contains(id) ? 0 : Math.max(0, THREADS.getThreadCpuTime(id));
      }
      return new double[] {cpuNs / 1e3 / records, fromDueNs.getValueAtPercentile(99) / 1000.0};
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }
}
