// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many producers on one queue: nothing lost, nothing twice, no bound overstepped. */
class MemoryQueueStressTest {
  private static final int PRODUCERS = 4;
  private static final int RECORDS_EACH = 10_000;

  @ParameterizedTest(name = "capacity {0}")
  @ValueSource(ints = {1, 7, 1025, Integer.MAX_VALUE})
  @Timeout(120)
  @Tag(Deep.TAG)
  void everyRecordComesOutOnceAndInItsProducersOrder(int capacity) throws Exception {
    try (DeepSearch records =
        Deep.search("records through a memory queue", 40_000, 20_000_000, 200_000_000)) {
      while (records.goesOn()) {
        race(capacity);
        records.tried((long) PRODUCERS * RECORDS_EACH);
      }
    }
  }

  private static void race(int capacity) throws Exception {
    var queue = new MemoryQueue();
    var producersLeft = new AtomicInteger(PRODUCERS);
    long[] next = new long[PRODUCERS];
    int largest = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS)) {
      List<Future<?>> futures = new ArrayList<>();
      for (int producer = 0; producer < PRODUCERS; producer++) {
        int type = producer;
        futures.add(threads.submit(() -> produce(queue, type, capacity, producersLeft)));
      }
      boolean last = false;
      while (true) {
        largest = Math.max(largest, queue.size());
        AuditRecord record = queue.poll();
        if (record == null) {
          if (last) {
            break;
          }
          last = producersLeft.get() == 0; // then what was added is seen by one more poll
          Thread.onSpinWait();
          continue;
        }
        assertThat(record.serial()).isEqualTo(next[record.type()]++);
        queue.acknowledge(1);
      }
      awaitAll(futures);
    }
    assertThat(next).containsOnly(RECORDS_EACH);
    assertThat(largest).isLessThanOrEqualTo(capacity);
    assertThat(queue.added()).isEqualTo((long) PRODUCERS * RECORDS_EACH);
  }

  private static void awaitAll(List<Future<?>> futures)
      throws InterruptedException, ExecutionException {
    for (Future<?> future : futures) {
      future.get();
    }
  }

  private static void produce(
      MemoryQueue queue, int type, int capacity, AtomicInteger producersLeft) {
    for (int i = 0; i < RECORDS_EACH; i++) {
      AuditRecord record = AuditRecord.of(type, 0, i, "");
      while (!queue.add(record, capacity)) {
        Thread.onSpinWait();
      }
    }
    producersLeft.decrementAndGet();
  }
}
