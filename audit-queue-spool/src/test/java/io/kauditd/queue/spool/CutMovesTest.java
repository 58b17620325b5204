// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.numbers;
import static io.kauditd.queue.spool.Spools.open;
import static io.kauditd.queue.spool.Spools.pollAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.Ledger;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.OrderedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queues of a program that was killed when records had their new place and still the old one. */
class CutMovesTest {
  private final Spools.Daemon daemon = new Spools.Daemon();

  @TempDir Path dir;

  @BeforeEach
  void logTenRecords() throws IOException {
    try (SpoolQueue main = open(dir.resolve("main"))) {
      Spools.add(main, 1, 10);
    }
  }

  /** The first records of a queue go to the other one; the program is killed before they leave. */
  private void cutMove(String from, String to, int records) throws IOException {
    move(from, to, records, false);
  }

  private void move(String from, String to, int records, boolean isDone) throws IOException {
    try (SpoolQueue old = open(dir.resolve(from));
        SpoolQueue next = open(dir.resolve(to))) {
      var moved = new ArrayList<AuditRecord>();
      for (int i = 0; i < records; i++) {
        moved.add(Objects.requireNonNull(old.poll()));
      }
      assertThat(next.addAll(moved, Integer.MAX_VALUE)).isEqualTo(records);
      if (isDone) {
        old.acknowledge(records);
      }
    }
  }

  private AuditEngine start() throws IOException {
    return Kauditd.builder()
        .policy("ordered", new OrderedPolicy())
        .mainQueue(open(dir.resolve("main")))
        .retryQueue(open(dir.resolve("retry")))
        .holdQueue(open(dir.resolve("hold")))
        .transport("scripted", daemon)
        .passive();
  }

  private void assertThatEachIsDeliveredOnceAndInOrder(int count) throws IOException {
    AuditEngine engine = start();
    assertThat(engine.status().ledger().waiting()).isEqualTo(count);
    engine.pass();

    assertThat(daemon.texts())
        .isEqualTo(numbers(1, count).stream().map(number -> Spools.record(number).text()).toList());
    Ledger ledger = engine.status().ledger();
    assertThat(ledger.recovered()).isEqualTo(count);
    assertThat(ledger.delivered()).isEqualTo(count);
    assertThat(ledger.waiting()).isZero();
    assertThat(ledger.balances()).isTrue();
    engine.close();
  }

  @ParameterizedTest
  @CsvSource({"main, retry, 3", "main, hold, 3", "main, retry, 10", "main, hold, 1"})
  void aRecordThatTwoQueuesHaveIsDeliveredOnce(String from, String to, int records)
      throws IOException {
    cutMove(from, to, records);

    assertThatEachIsDeliveredOnceAndInOrder(10);
  }

  @Test
  void soIsOneThatWasOnItsWayFromTheRetryQueue() throws IOException {
    move("main", "retry", 6, true);
    cutMove("retry", "hold", 4);

    assertThatEachIsDeliveredOnceAndInOrder(10);
  }

  @Test
  void aSecondKillRightAfterTheStartMattersNot() throws IOException {
    cutMove("main", "retry", 3);
    AuditEngine killed = start();
    for (String each : List.of("main", "retry", "hold")) {
      Spools.copy(dir.resolve(each), dir.resolve(each + "-left"));
    }
    killed.close();

    try (SpoolQueue retry = open(dir.resolve("retry-left"));
        SpoolQueue main = open(dir.resolve("main-left"))) {
      assertThat(pollAll(retry)).isEqualTo(numbers(1, 3));
      assertThat(pollAll(main)).isEqualTo(numbers(4, 10));
    }
  }

  /** The numbers of a spool that was replaced mean something else. */
  @Test
  void aRecordWithTheNumberOfAnotherIsDelivered() throws IOException {
    Path other = dir.resolve("other");
    try (SpoolQueue spool = open(other)) {
      Spools.add(spool, 101, 120);
    }
    Files.move(other, dir.resolve("hold"));
    AuditEngine engine = start();
    engine.pass();

    assertThat(daemon.texts()).hasSize(30).doesNotHaveDuplicates();
    assertThat(engine.status().ledger().balances()).isTrue();
    engine.close();
  }
}
