// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.core.AuditEngine;
import io.kauditd.core.KernelPolicy;
import io.kauditd.core.MemoryQueue;
import io.kauditd.queue.spool.SpoolQueue;
import io.kauditd.queue.spool.Sync;
import io.kauditd.spi.AuditQueue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What a record costs a queue on disk. As hold queue: the pass that files a hundred thousand
 * records, and the one that delivers them, beside the same with a hold queue in memory, in turns.
 * As main queue: one thread and two that add. With each record on the disk before it counts: one
 * thread and sixteen.
 *
 * <p>A program of its own. Prints a line for each: what, and the lower quartile, the median and the
 * upper quartile of the nanoseconds a record takes.
 */
final class SpoolCost {
  private static final int WARM_UP_ROUNDS = 8;
  private static final long ROOM_BYTES = 512L * 1024 * 1024;

  private final Path place;
  private final int records;

  private SpoolCost(Path place, int records) {
    this.place = place;
    this.records = records;
  }

  /** {@code rounds records}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int rounds = Integer.parseInt(args[0]);
    Path place = Files.createTempDirectory("spool-cost");
    try {
      new SpoolCost(place, Integer.parseInt(args[1])).run(rounds);
    } finally {
      delete(place);
    }
  }

  private void run(int rounds) throws IOException, InterruptedException {
    String[] names = {
      "memory-in", "memory-out", "spool-in", "spool-out", "main-1", "main-2", "data-1", "data-16"
    };
    double[][] ns = new double[names.length][rounds];
    for (int i = -WARM_UP_ROUNDS; i < rounds; i++) {
      double[] memory = heldAndDelivered(new MemoryQueue());
      double[] spool = heldAndDelivered(open(Sync.NONE));
      double[] round = {
        memory[0],
        memory[1],
        spool[0],
        spool[1],
        added(Sync.NONE, 1, records),
        added(Sync.NONE, 2, records / 2),
        added(Sync.DATA, 1, Math.max(1, records / 2_000)),
        added(Sync.DATA, 16, Math.max(1, records / 2_000))
      };
      for (int n = 0; i >= 0 && n < names.length; n++) {
        ns[n][i] = round[n];
      }
    }
    for (int n = 0; n < names.length; n++) {
      Arrays.sort(ns[n]);
      System.out.printf(
          Locale.ROOT,
          "%s %.1f %.1f %.1f%n",
          names[n],
          ns[n][(rounds - 1) / 4],
          ns[n][(rounds - 1) / 2],
          ns[n][(rounds - 1) * 3 / 4]);
    }
  }

  private SpoolQueue open(Sync sync) throws IOException {
    return SpoolQueue.builder(place.resolve("spool")).maxSizeBytes(ROOM_BYTES).sync(sync).open();
  }

  /** Nanoseconds of a record in, and out. */
  private double[] heldAndDelivered(AuditQueue hold) throws IOException {
    var daemon = new ReturningDaemon();
    AuditEngine engine = daemon.engine(KernelPolicy.MAINLINE, "mainline", hold, records);
    for (int i = 0; i < records; i++) {
      engine.log(Payload.RECORD);
    }
    double inNs = nsOfPass(engine);
    expect(engine.status().ledger().inHold(), records);
    daemon.there = true;
    double outNs = nsOfPass(engine);
    expect(engine.status().ledger().inHold(), 0);
    expect(daemon.delivered, records);
    engine.close(Duration.ZERO);
    delete(place.resolve("spool"));
    return new double[] {inNs, outNs};
  }

  private double nsOfPass(AuditEngine engine) {
    long startNs = System.nanoTime();
    engine.pass();
    return (double) (System.nanoTime() - startNs) / records;
  }

  /** Nanoseconds of a record, all threads together. */
  private double added(Sync sync, int producers, int each)
      throws IOException, InterruptedException {
    AtomicInteger toCome = new AtomicInteger(producers + 1);
    AtomicInteger refused = new AtomicInteger();
    Thread[] threads = new Thread[producers];
    double ns;
    try (SpoolQueue queue = open(sync)) {
      for (int i = 0; i < producers; i++) {
        threads[i] = Thread.ofPlatform().start(() -> add(queue, each, toCome, refused));
      }
      meet(toCome);
      long startNs = System.nanoTime();
      for (Thread thread : threads) {
        thread.join();
      }
      ns = (double) (System.nanoTime() - startNs) / producers / each;
      expect(refused.get(), 0);
      expect(queue.size(), (long) producers * each);
    }
    delete(place.resolve("spool"));
    return ns;
  }

  private static void add(SpoolQueue queue, int records, AtomicInteger toCome, AtomicInteger no) {
    meet(toCome);
    try {
      for (int n = 0; n < records; n++) {
        if (!queue.add(Payload.RECORD, Integer.MAX_VALUE)) {
          no.incrementAndGet();
        }
      }
    } catch (IOException e) {
      no.incrementAndGet();
    }
  }

  private static void meet(AtomicInteger toCome) {
    toCome.decrementAndGet();
    while (toCome.get() > 0) {
      Thread.onSpinWait();
    }
  }

  private static void expect(long is, long wanted) {
    if (is != wanted) {
      throw new IllegalStateException(is + " records, not " + wanted);
    }
  }

  /** Deletes a directory with all that is in it, if it is there. */
  static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path each : all.sorted((one, other) -> other.compareTo(one)).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
