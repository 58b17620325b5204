// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.MulticastListener;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryQueue;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;

/**
 * How the time of a record grows with the number of producers, of records that wait, and of
 * listeners; and the heap that a waiting record takes, by the length of its text. No thread runs
 * beside the producers: the passes are called.
 *
 * <p>A program of its own. Prints a line for each: what, how many, and the nanoseconds or bytes,
 * the medians of the rounds.
 */
final class Scaling {
  private static final int WARM_UP_ROUNDS = 3;

  private final int rounds;
  private final int records;

  private Scaling(int rounds, int records) {
    this.rounds = rounds;
    this.records = records;
  }

  /** {@code rounds records}; the deepest queue has ten times as many. */
  public static void main(String[] args) throws InterruptedException {
    Scaling scaling = new Scaling(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    for (int producers = 1; producers <= 64; producers *= 2) {
      scaling.producers("platform", Thread.ofPlatform().factory(), producers);
      scaling.producers("virtual", Thread.ofVirtual().factory(), producers);
    }
    for (int depth = 100; depth <= 10 * scaling.records; depth *= 10) {
      scaling.depth(depth);
    }
    for (int listeners = 1; listeners <= 64; listeners *= 4) {
      scaling.listeners(listeners);
    }
    for (int length : new int[] {50, 200, 1000, 8000}) {
      scaling.memory(length);
    }
  }

  private static AuditEngine engine() {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
        .mainQueue(new MemoryQueue()) // bounded by nothing, in bytes neither
        .transport("bench", new EngineRelay.Nowhere())
        .passive();
  }

  private static void close(AuditEngine engine, long delivered) {
    engine.pass();
    if (engine.status().ledger().delivered() != delivered) {
      throw new IllegalStateException("not all were delivered: " + engine.status());
    }
    engine.close(Duration.ZERO);
  }

  /** The same number of records, by some threads at once. */
  private void producers(String kind, ThreadFactory factory, int producers)
      throws InterruptedException {
    double[] ns = new double[rounds];
    int each = records / producers;
    for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
      AuditEngine engine = engine();
      CountDownLatch go = new CountDownLatch(1);
      Thread[] threads = new Thread[producers];
      for (int n = 0; n < producers; n++) {
        threads[n] =
            factory.newThread(() -> {
              try {
                go.await();
              } catch (InterruptedException e) {
                return; // the number of records tells
              }
              log(engine, each);
            });
        threads[n].start();
      }
      long startNs = System.nanoTime();
      go.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      keep(ns, i, startNs, (long) each * producers);
      close(engine, (long) each * producers);
    }
    print("producers-" + kind + " " + producers, ns);
  }

  private static void log(AuditEngine engine, int count) {
    for (int i = 0; i < count; i++) {
      engine.log(Payload.TYPE, Payload.TEXT);
    }
  }

  /** A record in and out, with others waiting all the time. */
  private void depth(int depth) {
    double[] ns = new double[rounds];
    for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
      AuditEngine engine = engine();
      long startNs = System.nanoTime();
      for (int n = 0; n < depth; n++) {
        engine.log(Payload.RECORD);
      }
      engine.pass();
      keep(ns, i, startNs, depth);
      close(engine, depth);
    }
    print("depth " + depth, ns);
  }

  /** A pass with listeners; and the same calls in a loop. */
  private void listeners(int count) {
    double[] ns = new double[rounds];
    double[] loopNs = new double[rounds];
    LongAdder seen = new LongAdder();
    MulticastListener[] all = new MulticastListener[count];
    Arrays.setAll(all, n -> record -> seen.increment());
    for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
      AuditEngine engine = engine();
      for (MulticastListener listener : all) {
        engine.addListener(listener);
      }
      for (int n = 0; n < records; n++) {
        engine.log(Payload.RECORD);
      }
      long startNs = System.nanoTime();
      engine.pass();
      keep(ns, i, startNs, records);
      startNs = System.nanoTime();
      for (int n = 0; n < records; n++) {
        for (MulticastListener listener : all) {
          listener.onRecord(Payload.RECORD);
        }
      }
      keep(loopNs, i, startNs, records);
      close(engine, records);
    }
    if (seen.sum() != 2L * count * records * (rounds + WARM_UP_ROUNDS)) {
      throw new IllegalStateException("the listeners saw " + seen);
    }
    print("listeners " + count, ns);
    print("listeners-loop " + count, loopNs);
  }

  /** The heap that waiting records take, each with a text of its own. */
  private void memory(int length) {
    int count = Math.max(1, records / 10);
    AuditEngine engine = engine();
    long before = usedBytes();
    for (int n = 0; n < count; n++) {
      engine.log(Payload.TYPE, "x".repeat(length));
    }
    double bytes = (double) (usedBytes() - before) / count;
    close(engine, count);
    double left = (double) (usedBytes() - before) / count;
    System.out.printf(Locale.ROOT, "memory %d %.1f%n", length, bytes);
    System.out.printf(Locale.ROOT, "memory-left %d %.1f%n", length, left);
  }

  private static long usedBytes() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void keep(double[] ns, int round, long startNs, long count) {
    if (round >= 0) {
      ns[round] = (double) (System.nanoTime() - startNs) / count;
    }
  }

  private static void print(String what, double[] ns) {
    Arrays.sort(ns);
    System.out.printf(Locale.ROOT, "%s %.1f%n", what, ns[(ns.length - 1) / 2]);
  }
}
