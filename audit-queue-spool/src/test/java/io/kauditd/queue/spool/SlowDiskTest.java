// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.add;
import static io.kauditd.queue.spool.Spools.numbers;
import static io.kauditd.queue.spool.Spools.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who waits for the disk, and how often it is asked. */
@Timeout(60)
class SlowDiskTest {
  private static final int PRODUCERS = 16;

  @TempDir Path dir;

  /** A disk whose forces wait until they are let go. */
  private static final class WaitingDisk extends Disk {
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    final AtomicInteger forces = new AtomicInteger();

    private void await() throws IOException {
      forces.incrementAndGet();
      asked.countDown();
      try {
        assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    void force(RandomAccessFile file) throws IOException {
      await();
    }

    @Override
    void forceDirectory(Path directory) throws IOException {
      await();
    }
  }

  private SpoolQueue open(Sync sync, Disk disk) throws IOException {
    // The directory is there, so that opening the queue forces nothing.
    SpoolQueue.builder(dir.resolve("spool")).open().close();
    SpoolBuilder builder =
        SpoolQueue.builder(dir.resolve("spool"))
            .segmentSizeBytes(SpoolBuilder.MIN_SEGMENT_BYTES)
            .sync(sync);
    builder.disk = disk;
    return builder.open();
  }

  @Test
  void withPassNobodyWhoAddsWaitsForTheDisk() throws Exception {
    var disk = new WaitingDisk();
    SpoolQueue queue = open(Sync.PASS, disk);
    try (ExecutorService kauditd = Executors.newSingleThreadExecutor()) {
      add(queue, 1, 10);
      Future<?> pass = kauditd.submit(queue::passEnded);
      assertThat(disk.asked.await(30, TimeUnit.SECONDS)).isTrue();

      add(queue, 11, 500); // over several segments, while the pass waits for the disk

      assertThat(pass.isDone()).isFalse();
      assertThat(disk.go.getCount()).isOne();
      disk.go.countDown();
      pass.get();
      int before = disk.forces.get();
      queue.passEnded();
      assertThat(disk.forces.get()).as("what came meanwhile is forced, too").isGreaterThan(before);
    } finally {
      disk.go.countDown();
      queue.close();
    }
  }

  @Test
  void oneForceServesAllWhoWaitForOne() throws Exception {
    var disk = new WaitingDisk();
    SpoolQueue queue = open(Sync.DATA, disk);
    try (ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS)) {
      List<Future<Boolean>> added = new ArrayList<>();
      added.add(producers.submit(() -> queue.add(record(1), Integer.MAX_VALUE)));
      assertThat(disk.asked.await(30, TimeUnit.SECONDS)).isTrue();
      for (int n = 2; n <= PRODUCERS; n++) {
        AuditRecord record = record(n);
        added.add(producers.submit(() -> queue.add(record, Integer.MAX_VALUE)));
      }
      while (queue.pending() < PRODUCERS) {
        Thread.onSpinWait();
      }
      assertThat(queue.size()).as("none is taken before it is on the disk").isZero();
      disk.go.countDown();
      for (Future<Boolean> each : added) {
        assertThat(each.get()).isTrue();
      }
      // The directory and the first record; then one for all that waited meanwhile.
      assertThat(disk.forces.get()).isEqualTo(3);
      List<Long> polled = new ArrayList<>();
      for (AuditRecord each = queue.poll(); each != null; each = queue.poll()) {
        polled.add(each.serial());
      }
      assertThat(polled).containsExactlyInAnyOrderElementsOf(numbers(1, PRODUCERS));
    } finally {
      disk.go.countDown();
      queue.close();
    }
  }
}
