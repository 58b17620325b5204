// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditSettings;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryTransport;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a record costs the program that logs when the backlog is full and it is lost, beside one
 * that is taken: the same record, by one thread and by two, in turns. No pass runs meanwhile, so
 * that what is taken is as cheap as it can be.
 *
 * <p>A program of its own. Prints a line for each number of producers: the number, the median
 * nanoseconds of a record that is lost and of one that is taken, the median of the rounds' ratios,
 * and the lower and the upper quartile of these.
 */
final class LossCost {
  static final int RECORDS = 50_000; // each thread and round: they fit into the heap of a test
  private static final int WARM_UP_ROUNDS = 20;
  private static final int BACKLOG_LIMIT = 10;
  private static final int MOST_PRODUCERS = 2;

  private LossCost() {}

  /** {@code rounds}. */
  public static void main(String[] args) throws InterruptedException {
    int rounds = Integer.parseInt(args[0]);
    AuditEngine full = engine(BACKLOG_LIMIT);
    int taken = BACKLOG_LIMIT + 1;
    for (int i = 0; i < taken; i++) {
      full.log(Payload.RECORD);
    }
    long lost = 0;
    for (int producers = 1; producers <= MOST_PRODUCERS; producers++) {
      double[] lostNs = new double[rounds];
      double[] takenNs = new double[rounds];
      double[] ratios = new double[rounds];
      for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
        double ofLost = nsOfRecord(full, producers);
        lost += (long) RECORDS * producers;
        double ofTaken = nsOfTaken(producers);
        if (i >= 0) {
          lostNs[i] = ofLost;
          takenNs[i] = ofTaken;
          ratios[i] = ofLost / ofTaken;
        }
      }
      check(full.status().lost(), lost);
      System.out.printf(
          Locale.ROOT,
          "%d %.2f %.2f %.3f %.3f %.3f%n",
          producers,
          quantile(lostNs, 0.5),
          quantile(takenNs, 0.5),
          quantile(ratios, 0.5),
          quantile(ratios, 0.25),
          quantile(ratios, 0.75));
    }
    full.close(Duration.ZERO);
  }

  private static double nsOfTaken(int producers) throws InterruptedException {
    AuditEngine roomy = engine(0);
    double ns = nsOfRecord(roomy, producers);
    check(roomy.status().ledger().inMain(), (long) RECORDS * producers);
    roomy.close(Duration.ZERO);
    return ns;
  }

  /** With the default main queue, which has a limit in bytes. Closing delivers nothing. */
  private static AuditEngine engine(int backlogLimit) {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogLimit(backlogLimit))
        .transport("memory", new MemoryTransport(1))
        .passive();
  }

  /** Nanoseconds that a record takes each thread, all of them logging at once. */
  private static double nsOfRecord(AuditEngine engine, int producers) throws InterruptedException {
    AtomicInteger toCome = new AtomicInteger(producers);
    long[] ns = new long[producers];
    Thread[] threads = new Thread[producers];
    for (int i = 0; i < producers; i++) {
      int me = i;
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                toCome.decrementAndGet();
                while (toCome.get() > 0) {
                  Thread.onSpinWait();
                }
                long startNs = System.nanoTime();
                for (int n = 0; n < RECORDS; n++) {
                  engine.log(Payload.RECORD);
                }
                ns[me] = System.nanoTime() - startNs;
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return Arrays.stream(ns).average().orElseThrow() / RECORDS;
  }

  private static void check(long counted, long expected) {
    if (counted != expected) {
      throw new IllegalStateException(counted + " records were counted, not " + expected);
    }
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) ((sorted.length - 1) * share)];
  }
}
