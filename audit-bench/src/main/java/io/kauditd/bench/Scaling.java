// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.MulticastListener;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.KernelPolicy;
import io.kauditd.core.MemoryQueue;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.queue.spool.SpoolQueue;
import io.kauditd.queue.spool.Sync;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;

/**
 * How the time of a record grows with the number of producers, of records that wait (in each kind
 * of queue, and by each policy while the daemon is away), of listeners, and with the length of its
 * text; and the heap that a waiting record takes. No thread runs beside the producers: the passes
 * are called.
 *
 * <p>A program of its own. Prints a line for each: what, how many, and the nanoseconds or bytes,
 * the medians of the rounds. A line {@code growth} at the end of a curve says what a record takes
 * at the largest number, relative to the least at a smaller one. Well above 1 is worse than linear.
 */
final class Scaling {
  private static final int WARM_UP_ROUNDS = 3;
  private static final int[] LENGTHS = {50, 200, 1000, 8000};

  /** The texts of a round of a long length have so many bytes together. */
  private static final int ROUND_BYTES = 100_000_000;

  private static final long ROOM_BYTES = 1L << 30;
  private static final int BATCH = 1024;

  private final int rounds;
  private final int records;
  private final Path place;

  private Scaling(int rounds, int records, Path place) {
    this.rounds = rounds;
    this.records = records;
    this.place = place;
  }

  /** {@code rounds records}; the deepest queue has ten times as many. */
  public static void main(String[] args) throws InterruptedException, IOException {
    Path place = Files.createTempDirectory("scaling");
    try {
      new Scaling(Integer.parseInt(args[0]), Integer.parseInt(args[1]), place).run();
    } finally {
      Files.delete(place);
    }
  }

  private void run() throws InterruptedException, IOException {
    for (String kind : List.of("platform", "virtual")) {
      ThreadFactory threads =
          kind.equals("platform") ? Thread.ofPlatform().factory() : Thread.ofVirtual().factory();
      Curve curve = new Curve("producers-" + kind);
      for (int producers = 1; producers <= 64; producers *= 2) {
        curve.add(producers, producers(threads, producers));
      }
      curve.end();
    }
    Curve depths = new Curve("depth");
    for (int depth = 100; depth <= 10 * records; depth *= 10) {
      depths.add(depth, depth(depth));
    }
    depths.end();
    for (int listeners = 1; listeners <= 64; listeners *= 4) {
      listeners(listeners);
    }
    for (String queue : List.of("memory", "spool-none", "spool-pass")) {
      queue(queue);
    }
    policy(KernelPolicy.MAINLINE.id(), KernelPolicy.MAINLINE);
    policy(KernelPolicy.RFC.id(), KernelPolicy.RFC);
    policy(KernelPolicy.V5_16.id(), KernelPolicy.V5_16);
    policy(OrderedPolicy.ID, new OrderedPolicy());
    for (int length : LENGTHS) {
      memory(length);
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
  private double producers(ThreadFactory factory, int producers) throws InterruptedException {
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
    return median(ns);
  }

  private static void log(AuditEngine engine, int count) {
    for (int i = 0; i < count; i++) {
      engine.log(Payload.TYPE, Payload.TEXT);
    }
  }

  /** A record in and out, with others waiting all the time. */
  private double depth(int depth) {
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
    return median(ns);
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
    print("listeners " + count, median(ns));
    print("listeners-loop " + count, median(loopNs));
  }

  /** Records in and out of a queue: some that wait at once, and texts of some length. */
  private void queue(String kind) throws IOException {
    Curve in = new Curve("queue-" + kind + "-in");
    Curve out = new Curve("queue-" + kind + "-out");
    for (int count = Math.min(1000, records); count <= records; count *= 10) {
      double[] ns = throughQueue(kind, Payload.RECORD, count);
      in.add(count, ns[0]);
      out.add(count, ns[1]);
    }
    in.end();
    out.end();
    for (int length : LENGTHS) {
      AuditRecord record = AuditRecord.of(Payload.TYPE, 1, 1, "x".repeat(length));
      int count = Math.max(1, Math.min(records / 10, ROUND_BYTES / length));
      double[] ns = throughQueue(kind, record, count);
      print("size-" + kind + "-in " + length, ns[0]);
      print("size-" + kind + "-out " + length, ns[1]);
    }
  }

  private double[] throughQueue(String kind, AuditRecord record, int count) throws IOException {
    double[] inNs = new double[rounds];
    double[] outNs = new double[rounds];
    for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
      try (AuditQueue queue = open(kind)) {
        long startNs = System.nanoTime();
        for (int n = 0; n < count; n++) {
          if (!queue.add(record, Integer.MAX_VALUE)) {
            throw new IllegalStateException(kind + " did not take record " + n);
          }
        }
        keep(inNs, i, startNs, count);
        startNs = System.nanoTime();
        int left = count;
        while (left > 0) {
          int some = Math.min(left, BATCH);
          for (int n = 0; n < some; n++) {
            Objects.requireNonNull(queue.poll(), "a record that was added");
          }
          queue.acknowledge(some);
          left -= some;
        }
        keep(outNs, i, startNs, count);
      }
      SpoolCost.delete(spool());
    }
    return new double[] {median(inNs), median(outNs)};
  }

  private AuditQueue open(String kind) throws IOException {
    return switch (kind) {
      case "memory" -> new MemoryQueue();
      case "spool-none" -> openSpool(Sync.NONE);
      case "spool-pass" -> openSpool(Sync.PASS);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private AuditQueue openSpool(Sync sync) throws IOException {
    return SpoolQueue.builder(spool()).maxSizeBytes(ROOM_BYTES).sync(sync).open();
  }

  private Path spool() {
    return place.resolve("spool");
  }

  /** The pass that puts records aside while the daemon is away, and the one that delivers them. */
  private void policy(String id, ErrorPolicy policy) {
    Curve away = new Curve("policy-" + id + "-away");
    Curve back = new Curve("policy-" + id + "-back");
    for (int count = Math.min(1000, records); count <= records; count *= 10) {
      double[] awayNs = new double[rounds];
      double[] backNs = new double[rounds];
      for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
        var daemon = new ReturningDaemon();
        AuditEngine engine = daemon.engine(policy, id, new MemoryQueue(), count);
        for (int n = 0; n < count; n++) {
          engine.log(Payload.RECORD);
        }
        long startNs = System.nanoTime();
        engine.pass();
        keep(awayNs, i, startNs, count);
        daemon.there = true;
        startNs = System.nanoTime();
        engine.pass();
        keep(backNs, i, startNs, count);
        close(engine, count);
      }
      away.add(count, median(awayNs));
      back.add(count, median(backNs));
    }
    away.end();
    back.end();
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

  private static double median(double[] ns) {
    Arrays.sort(ns);
    return ns[(ns.length - 1) / 2];
  }

  private static void print(String what, double value) {
    System.out.printf(Locale.ROOT, "%s %.1f%n", what, value);
  }

  /** What a record takes at growing numbers. */
  private static final class Curve {
    private final String name;
    private double least = Double.POSITIVE_INFINITY; // but for the last one
    private double last = Double.POSITIVE_INFINITY;

    Curve(String name) {
      this.name = name;
    }

    void add(int number, double ns) {
      least = Math.min(least, last);
      last = ns;
      print(name + " " + number, ns);
    }

    void end() {
      if (least < Double.POSITIVE_INFINITY) {
        System.out.printf(Locale.ROOT, "growth-%s %.2f%n", name, last / least);
      }
    }
  }
}
