// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import java.util.ArrayList;
import java.util.List;
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
}
