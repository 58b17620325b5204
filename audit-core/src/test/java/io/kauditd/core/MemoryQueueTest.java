// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryQueueTest {
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final MemoryQueue queue = new MemoryQueue();

  private void add(long... serials) {
    for (long serial : serials) {
      assertThat(queue.add(record(serial), UNLIMITED)).isTrue();
    }
  }

  private static AuditRecord record(long serial) {
    return AuditRecord.of(1112, 0, serial, "");
  }

  private List<Long> pollAll() {
    List<Long> serials = new ArrayList<>();
    for (AuditRecord r = queue.poll(); r != null; r = queue.poll()) {
      serials.add(r.serial());
    }
    return serials;
  }

  @Test
  void givesRecordsOutInTheOrderTheyCame() {
    add(1, 2, 3);

    assertThat(pollAll()).containsExactly(1L, 2L, 3L);
    assertThat(queue.poll()).isNull();
  }

  @Test
  void takesNoMoreThanTheCapacity() {
    assertThat(queue.add(record(1), 2)).isTrue();
    assertThat(queue.add(record(2), 2)).isTrue();
    assertThat(queue.add(record(3), 2)).isFalse();
    assertThat(queue.size()).isEqualTo(2);

    queue.poll();

    assertThat(queue.add(record(3), 2)).isTrue();
    assertThat(queue.add(record(4), 2)).isFalse();
    assertThat(queue.add(record(4), 3)).isTrue();
  }

  @Test
  void theBoundCountsRecordsThatWerePutBack() {
    add(1, 2);
    queue.poll();
    queue.poll();
    assertThat(queue.add(record(3), 1)).isTrue();
    queue.putBack(2);

    assertThat(queue.add(record(4), 3)).isFalse();
    assertThat(pollAll()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void putsBackTheYoungestInFlightInTheirOldOrder() {
    add(1, 2, 3, 4);
    queue.poll();
    queue.poll();
    queue.poll();
    queue.acknowledge(1);

    queue.putBack(2);

    assertThat(queue.size()).isEqualTo(3);
    assertThat(pollAll()).containsExactly(2L, 3L, 4L);
  }

  @Test
  void countsNoRecordInFlight() {
    add(1, 2);
    queue.poll();

    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void refusesToAcknowledgeOrPutBackWhatIsNotInFlight() {
    add(1);
    assertThatThrownBy(() -> queue.acknowledge(1)).isInstanceOf(IllegalArgumentException.class);
    queue.poll();
    assertThatThrownBy(() -> queue.putBack(2)).isInstanceOf(IllegalArgumentException.class);
    queue.acknowledge(1);
    assertThatThrownBy(() -> queue.putBack(1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsItsOrderOverManyChunks() {
    int count = 10_000;
    List<Long> expected = new ArrayList<>();
    for (long serial = 0; serial < count; serial++) {
      add(serial);
      expected.add(serial);
    }
    assertThat(pollAll()).isEqualTo(expected);
    queue.putBack(count);
    assertThat(pollAll()).isEqualTo(expected);
    queue.acknowledge(count / 2);
    queue.putBack(count / 2);

    assertThat(pollAll()).isEqualTo(expected.subList(count / 2, count));
    queue.acknowledge(count / 2);
    add(7);
    assertThat(pollAll()).containsExactly(7L);
    assertThat(queue.added()).isEqualTo(count + 1);
  }

  @Test
  void takesNoMoreBytesThanItsLimit() {
    var small = new MemoryQueue(3 * 112);
    for (int i = 0; i < 3; i++) {
      assertThat(small.add(record(i), UNLIMITED)).isTrue();
    }
    assertThat(small.add(record(3), UNLIMITED)).isFalse();
    small.poll();
    assertThat(small.add(record(3), UNLIMITED)).as("one in flight counts").isFalse();

    small.acknowledge(1);

    assertThat(small.bytes()).isEqualTo(2 * 112);
    assertThat(small.add(record(3), 3)).isTrue();
    assertThat(small.add(record(4), 3)).as("neither bytes nor records").isFalse();
    assertThat(small.bytes()).isEqualTo(3 * 112);
  }

  /** However many add at once, and whichever bound they meet, the bytes are right in the end. */
  @Test
  void theLimitInBytesIsExactForManyProducers() throws Exception {
    int records = 100_000;
    long limit = 20 * 112;
    var small = new MemoryQueue(limit);
    var taken = new AtomicInteger();
    int polled = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<?>> producers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int capacity = 18 + 2 * i; // one meets the records' bound first, one that in bytes
        producers.add(
            threads.submit(() -> {
              for (int n = 0; n < records; n++) {
                taken.addAndGet(small.add(record(n), capacity) ? 1 : 0);
              }
            }));
      }
      boolean done = false;
      while (!done) {
        done = producers.stream().allMatch(Future::isDone); // before looking a last time
        assertThat(small.size()).isLessThanOrEqualTo(20);
        while (small.poll() != null) {
          small.acknowledge(1);
          polled++;
        }
      }
      for (Future<?> each : producers) {
        each.get();
      }
    }
    assertThat(polled).isEqualTo(taken.get()).isPositive();
    assertThat(small.bytes()).isZero();
  }

  /**
   * A limit in bytes has room for a number of small records, whose size is not looked at closer.
   */
  @Test
  void aSmallRecordCountsWithAPartOfTheLimit() {
    var large = new MemoryQueue(64 << 20);

    large.add(record(1), UNLIMITED);
    assertThat(large.bytes()).isEqualTo(320);
    large.add(text(200), UNLIMITED);
    assertThat(large.bytes()).isEqualTo(2 * 320);
    large.add(text(10_000), UNLIMITED);
    assertThat(large.bytes()).isEqualTo(2 * 320 + 112 + 10_000);

    assertThat(pollAll(large)).isEqualTo(3);
    large.acknowledge(2);
    assertThat(large.bytes()).isEqualTo(112 + 10_000);
    large.acknowledge(1);
    assertThat(large.bytes()).isZero();
  }

  /**
   * Small and large records, from many producers: what lies in the queue never passes the limit.
   */
  @Test
  void theLimitInBytesHoldsForAnyMixOfSizes() throws Exception {
    int records = 30_000;
    long limit = 20_000;
    var queue = new MemoryQueue(limit);
    var taken = new AtomicInteger();
    int polled = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<?>> producers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int size = 700 * i;
        producers.add(
            threads.submit(() -> {
              for (int n = 0; n < records; n++) {
                AuditRecord record = n % 3 == 0 ? text(2 * size) : text(size / 2);
                taken.addAndGet(queue.add(record, UNLIMITED) ? 1 : 0);
              }
            }));
      }
      boolean done = false;
      while (!done) {
        done = producers.stream().allMatch(Future::isDone); // before looking a last time
        long bytes = 0;
        int inFlight = 0;
        for (AuditRecord next = queue.poll(); next != null; next = queue.poll()) {
          bytes += MemoryQueue.bytesOf(next);
          inFlight++;
          assertThat(bytes).isLessThanOrEqualTo(limit);
        }
        queue.acknowledge(inFlight);
        polled += inFlight;
      }
      for (Future<?> each : producers) {
        each.get();
      }
    }
    assertThat(polled).isEqualTo(taken.get()).isPositive();
    assertThat(queue.bytes()).isZero();
    assertThat(queue.add(text((int) limit - 112), UNLIMITED)).as("no room has leaked").isTrue();
  }

  private static AuditRecord text(int length) {
    return AuditRecord.of(1112, 0, 0, "x".repeat(length));
  }

  private static int pollAll(MemoryQueue queue) {
    int count = 0;
    while (queue.poll() != null) {
      count++;
    }
    return count;
  }
}
