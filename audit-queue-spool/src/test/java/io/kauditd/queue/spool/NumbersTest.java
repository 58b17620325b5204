// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.open;
import static io.kauditd.queue.spool.Spools.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each record has a number, over restarts, and no number is used twice. */
class NumbersTest {
  @TempDir Path dir;
  private Path spool;

  @BeforeEach
  void namePlaces() {
    spool = dir.resolve("spool");
  }

  private static void add(SpoolQueue queue, long... numbers) throws IOException {
    for (long number : numbers) {
      assertThat(queue.add(record(1).withNumber(number), Integer.MAX_VALUE)).isTrue();
    }
  }

  private static List<Long> poll(SpoolQueue queue) {
    var numbers = new ArrayList<Long>();
    for (AuditRecord each = queue.poll(); each != null; each = queue.poll()) {
      numbers.add(each.number());
    }
    return numbers;
  }

  @Test
  void recordsWithoutANumberGetTheNextOneAndOthersKeepTheirs() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.highestNumber()).isZero();
      add(queue, 0, 0, 70, 20, 0);
      assertThat(queue.highestNumber()).isEqualTo(71);
      assertThat(poll(queue)).containsExactly(1L, 2L, 70L, 20L, 71L);
    }
    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.highestNumber()).isEqualTo(71);
      add(queue, 0);
      assertThat(poll(queue)).containsExactly(1L, 2L, 70L, 20L, 71L, 72L);
    }
  }

  @Test
  void noNumberIsUsedAgainWhenNothingIsLeft() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, 0, 500, 0);
      queue.acknowledge(poll(queue).size());
    }
    assertThat(Spools.segments(spool)).isEmpty();
    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.highestNumber()).isEqualTo(501);
      add(queue, 0);
      assertThat(poll(queue)).containsExactly(502L);
    }
  }

  @Test
  void noNumberIsUsedAgainAfterAKill() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, 0, 900, 0);
      Path killed = Spools.copy(spool, dir.resolve("killed"));
      try (SpoolQueue again = open(killed)) {
        assertThat(again.highestNumber()).isEqualTo(901);
      }
    }
  }

  @Test
  void noNumberIsUsedAgainWhenNobodyKnowsWhichWereGiven() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, 0, 0, 0);
      queue.acknowledge(poll(queue).size());
    }
    Files.write(spool.resolve("acknowledged"), new byte[9_000]);
    long first;
    try (SpoolQueue queue = open(spool)) {
      first = queue.highestNumber();
      assertThat(first).isGreaterThan(1_000_000);
      add(queue, 0);
      assertThat(poll(queue)).containsExactly(first + 1);
    }
  }
}
