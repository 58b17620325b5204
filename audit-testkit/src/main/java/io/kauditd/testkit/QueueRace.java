// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.AuditQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Many producers at a main queue, and one consumer. */
final class QueueRace {
  private static final int PRODUCERS = 4;
  private static final int RECORDS_EACH = 1_000;
  private static final int ROUNDS = 50;
  private static final int CAPACITY = 10;

  private final AuditQueue queue;
  private final Duration limit;

  QueueRace(AuditQueue queue, Duration patience) {
    this.queue = queue;
    this.limit = patience.multipliedBy(4);
  }

  /** Each record comes out once, those of one producer in order, while the consumer polls. */
  void everyRecordOnce() throws Exception {
    var producers = start(this::addAll);
    var next = new long[PRODUCERS];
    long end = System.nanoTime() + limit.toNanos();
    for (int seen = 0; seen < PRODUCERS * RECORDS_EACH; ) {
      AuditRecord record = queue.poll();
      if (record != null) {
        seen++;
        int producer = record.type() - RecordType.TRUSTED_APP;
        assertThat(record.serial())
            .as(Rule.Q10.when("the next record of producer %d", producer))
            .isEqualTo(next[producer]);
        next[producer]++;
        if (seen % 64 == 0) {
          queue.putBack(1);
          queue.poll();
          queue.acknowledge(64);
        }
      } else if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            Rule.Q10.when("%d of %d records came out", seen, PRODUCERS * RECORDS_EACH));
      } else {
        Thread.onSpinWait();
      }
    }
    assertThat(queue.poll()).as(Rule.Q10.when("every record has come out once")).isNull();
    await(producers);
  }

  private Integer addAll(int producer) throws Exception {
    for (int i = 0; i < RECORDS_EACH; i++) {
      AuditRecord record = AuditRecord.of(RecordType.TRUSTED_APP + producer, i, i, "n=" + i);
      assertThat(queue.add(record, Integer.MAX_VALUE))
          .as(Rule.Q10.when("add of producer %d, without a limit", producer))
          .isTrue();
    }
    return RECORDS_EACH;
  }

  /** Never more than the capacity, and never fewer while producers are refused. */
  void boundIsExact() throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      int now = round;
      var added = new AtomicInteger();
      await(
          start(producer -> {
            int taken = 0;
            for (int i = 0; i < CAPACITY; i++) {
              AuditRecord record =
                  AuditRecord.of(RecordType.TRUSTED_APP + producer, i, now, "n=" + i);
              taken += queue.add(record, CAPACITY) ? 1 : 0;
            }
            return added.addAndGet(taken);
          }));
      assertThat(added.get())
          .as(
              Rule.Q10.when(
                  "records taken from %d producers with capacity %d, in round %d",
                  PRODUCERS, CAPACITY, round))
          .isEqualTo(CAPACITY);
      int polled = 0;
      while (queue.poll() != null) {
        polled++;
      }
      assertThat(polled).as(Rule.Q10.when("records that came out")).isEqualTo(CAPACITY);
      queue.acknowledge(polled);
    }
  }

  /** Who adds a record and then looks sees it, unless it is gone already. */
  void sizeIsVisible() throws Exception {
    List<FutureTask<Integer>> producers =
        start(producer -> {
          for (int i = 0; i < RECORDS_EACH; i++) {
            queue.add(AuditRecord.of(RecordType.TRUSTED_APP, i, i, "n=" + i), Integer.MAX_VALUE);
            assertThat(queue.size())
                .as(Rule.Q11.when("nothing is polled, and this thread has added %d records", i + 1))
                .isGreaterThan(i);
          }
          return RECORDS_EACH;
        });
    await(producers);
    assertThat(queue.size())
        .as(Rule.Q11.when("on another thread, after all was added"))
        .isEqualTo(PRODUCERS * RECORDS_EACH);
  }

  private static List<FutureTask<Integer>> start(Producer producer) {
    var barrier = new CyclicBarrier(PRODUCERS);
    var tasks = new ArrayList<FutureTask<Integer>>();
    for (int i = 0; i < PRODUCERS; i++) {
      int number = i;
      Callable<Integer> work =
          () -> {
            barrier.await(10, TimeUnit.SECONDS);
            return producer.run(number);
          };
      var task = new FutureTask<>(work);
      tasks.add(task);
      Thread.ofPlatform().daemon().name("producer " + i).start(task);
    }
    return tasks;
  }

  private void await(List<FutureTask<Integer>> tasks) throws Exception {
    for (FutureTask<Integer> task : tasks) {
      try {
        task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (java.util.concurrent.ExecutionException e) {
        if (e.getCause() instanceof AssertionError broken) {
          throw broken;
        }
        throw new AssertionError(Rule.Q10.when("a producer failed"), e.getCause());
      }
    }
  }

  /** What one producer does. */
  private interface Producer {
    Integer run(int number) throws Exception;
  }
}
