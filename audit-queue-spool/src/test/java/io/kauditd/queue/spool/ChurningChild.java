// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Child;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * A program that puts records into a spool on one thread and takes them out on another until it is
 * killed, and says what it did: {@code A n} when record n was taken, {@code k n} before and {@code
 * K n} after all up to n were acknowledged. See {@link KillTest}.
 */
final class ChurningChild {
  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);
  private static final int CAPACITY = 400;

  /** The most that are added with one call. */
  static final int MOST_AT_ONCE = 100;

  private ChurningChild() {}

  /** The record of a number, of up to 9,000 bytes, so that writes are cut short at times. */
  static AuditRecord record(long number) {
    var random = new Random(number);
    int length = random.nextInt(8) == 0 ? random.nextInt(9_000) : random.nextInt(300);
    return AuditRecord.of(1300, number, number, "x".repeat(length));
  }

  /** A spool as the child has it, with segments that are deleted often. */
  static SpoolQueue open(Path dir, Sync sync) throws IOException {
    return SpoolQueue.builder(dir).segmentSizeBytes(64 * 1024).sync(sync).open();
  }

  public static void main(String[] arguments) throws IOException {
    Child.endsWithItsParent();
    long next = Long.parseLong(arguments[2]);
    var random = new Random(Long.parseLong(arguments[3]));
    SpoolQueue queue = open(Path.of(arguments[0]), Sync.valueOf(arguments[1]));
    var sizes = new Random(random.nextLong());
    Thread.ofPlatform().daemon().start(() -> produce(queue, next, sizes));
    consume(queue, random);
  }

  private static void say(String what, long number) {
    try {
      OUT.write((what + " " + number + "\n").getBytes(US_ASCII)); // one call, nothing kept back
    } catch (IOException e) {
      Runtime.getRuntime().halt(1); // the parent is gone
    }
  }

  /** Adds records one by one, and at times many at once, which are written and not mapped. */
  private static void produce(SpoolQueue queue, long first, Random sizes) {
    try {
      for (long n = first; ; ) {
        int count = sizes.nextInt(20) == 0 ? 1 + sizes.nextInt(MOST_AT_ONCE) : 1;
        List<AuditRecord> records =
            LongStream.range(n, n + count).mapToObj(ChurningChild::record).toList();
        while (!records.isEmpty()) {
          int taken = queue.addAll(records, CAPACITY);
          if (taken == 0) {
            LockSupport.parkNanos(10_000);
          } else {
            n += taken;
            records = records.subList(taken, records.size());
            say("A", n - 1);
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void consume(SpoolQueue queue, Random random) {
    var inFlight = new ArrayDeque<Long>();
    while (true) {
      for (int wanted = random.nextInt(60); wanted > 0; wanted--) {
        AuditRecord record = queue.poll();
        if (record == null) {
          break;
        }
        inFlight.add(record.serial());
      }
      int put = random.nextInt(4) == 0 ? random.nextInt(inFlight.size() + 1) : 0;
      queue.putBack(put);
      for (int i = 0; i < put; i++) {
        inFlight.removeLast();
      }
      int done = random.nextInt(inFlight.size() + 1);
      long last = 0;
      for (int i = 0; i < done; i++) {
        last = inFlight.removeFirst();
      }
      if (done > 0) {
        say("k", last);
        queue.acknowledge(done);
        say("K", last);
      }
      if (random.nextInt(5) == 0) {
        queue.passEnded();
      }
    }
  }
}
