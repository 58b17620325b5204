// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.EventLog;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.fixtures.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is logged before there is an engine comes first, in order, and nothing is missing. */
class EarlyLogTest {
  private final MemoryTransport transport = new MemoryTransport(20_000);

  private KauditdBuilder engine() {
    return Kauditd.builder().transport("memory", transport).settings(AuditSettings.EMBEDDED);
  }

  private List<String> texts() {
    return transport.records().stream().map(AuditRecord::text).toList();
  }

  @Test
  void whatWasKeptComesFirst() {
    EarlyLog early = EarlyLog.create();
    assertThat(early.log(1112, "one")).isTrue();
    assertThat(early.log(1112, "two")).isTrue();
    early.record(1112).field("op", "three").log();
    try (Kauditd audit = engine().earlyLog(early).start()) {
      audit.log(1112, "four");
      early.log(1112, "five");
      assertThat(audit.flush(Duration.ofSeconds(20)).isComplete()).isTrue();
      assertThat(early.status().ledger()).isEqualTo(audit.status().ledger());
    }

    List<String> texts = texts();
    assertThat(texts).hasSize(5);
    assertThat(texts.get(0)).isEqualTo("one");
    assertThat(texts.get(2)).contains("op=three");
    assertThat(texts.get(4)).isEqualTo("five");
    assertThat(transport.records()).extracting(AuditRecord::serial).doesNotHaveDuplicates();
  }

  @Test
  void isBoundedInRecordsAndCountsTheRest() {
    EarlyLog early = EarlyLog.create(3, 1 << 20);
    for (int i = 0; i < 5; i++) {
      assertThat(early.log(1112, "record " + i)).isEqualTo(i < 3);
    }

    Ledger before = early.status().ledger();
    assertThat(before.balances()).isTrue();
    assertThat(before.inMain()).isEqualTo(3);
    assertThat(before.dropped(LostReason.BACKLOG_LIMIT)).isEqualTo(2);
    AuditEngine engine = engine().earlyLog(early).passive();
    engine.pass();
    Ledger after = engine.status().ledger();
    assertThat(after.balances()).isTrue();
    assertThat(after.logged()).isEqualTo(5);
    assertThat(after.delivered()).isEqualTo(3);
    assertThat(engine.status().lost()).isEqualTo(2);
  }

  @Test
  void isBoundedInBytes() {
    EarlyLog early = EarlyLog.create(1_000, 10_000);
    String text = "x".repeat(1_000);
    int taken = 0;
    while (early.log(1112, text)) {
      taken++;
    }

    assertThat(taken).isEqualTo(8); // of 1,112 bytes
    assertThat(early.log(1112, "short")).as("a small one still fits").isTrue();
  }

  @Test
  void anEventMayBeginBeforeTheEngine() {
    EarlyLog early = EarlyLog.create();
    EventLog event = early.event();
    event.log(1112, "first");
    AuditEngine engine = engine().earlyLog(early).passive();
    event.log(1112, "second");
    engine.log(1112, "another");
    engine.pass();

    List<AuditRecord> records = transport.records();
    assertThat(records).extracting(AuditRecord::text).containsExactly("first", "second", "another");
    assertThat(records.get(0).serial()).isEqualTo(records.get(1).serial());
    assertThat(records.get(2).serial()).isGreaterThan(records.get(1).serial());
  }

  @Test
  void belongsToOneEngineAndKeepsOnWhileNoneCanBeBuilt() {
    EarlyLog early = EarlyLog.create();
    early.log(1112, "kept");
    assertThatThrownBy(() -> Kauditd.builder().earlyLog(early).passive())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no transport");
    engine().earlyLog(early).passive().pass();
    assertThat(texts()).containsExactly("kept");

    assertThatThrownBy(() -> engine().earlyLog(early).passive())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("belongs to another engine already");
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> EarlyLog.create(0, 1)).hasMessageStartingWith("maxRecords is 0");
    assertThatThrownBy(() -> EarlyLog.create(1, 0)).hasMessageStartingWith("maxBytes is 0");
    assertThatThrownBy(() -> EarlyLog.create().log(-1, "text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record type -1 is negative");
  }

  /**
   * Producers race with the start: each record is delivered, in its producer's order, or counted.
   */
  @Test
  void nothingIsMissingWhoeverLogsWhileTheEngineStarts() throws Exception {
    for (int round = 0; round < 30; round++) {
      int producers = 4;
      int each = 3_000;
      EarlyLog early = EarlyLog.create(round % 3 == 0 ? 500 : 20_000, 16 << 20);
      var sink = new MemoryTransport(20_000);
      var accepted = new AtomicLong();
      var refused = new AtomicLong();
      var barrier = new CyclicBarrier(producers + 1);
      List<Thread> threads = new ArrayList<>();
      for (int p = 0; p < producers; p++) {
        int producer = p;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  await(barrier);
                  for (int i = 0; i < each; i++) {
                    boolean yes = early.log(1112, producer + " " + i);
                    (yes ? accepted : refused).incrementAndGet();
                  }
                }));
      }
      await(barrier);
      int begun = 200 * (round % 5);
      Await.until(() -> accepted.get() + refused.get(), logged -> logged >= begun);
      AuditStatus status;
      try (Kauditd audit = Kauditd.builder().transport("memory", sink).earlyLog(early).start()) {
        for (Thread thread : threads) {
          thread.join();
        }
        status = audit.close(Duration.ofSeconds(20));
      }

      Ledger ledger = status.ledger();
      assertThat(ledger.balances()).isTrue();
      assertThat(ledger.logged()).isEqualTo((long) producers * each);
      assertThat(ledger.delivered()).isEqualTo(accepted.get());
      assertThat(ledger.dropped(LostReason.BACKLOG_LIMIT)).isEqualTo(refused.get());
      assertThat(sink.records()).hasSize((int) accepted.get());
      assertThat(new HashSet<>(sink.records().stream().map(AuditRecord::serial).toList()))
          .hasSize((int) accepted.get());
      for (int p = 0; p < producers; p++) {
        String prefix = p + " ";
        List<Integer> numbers =
            sink.records().stream()
                .map(AuditRecord::text)
                .filter(text -> text.startsWith(prefix))
                .map(text -> Integer.parseInt(text.substring(prefix.length())))
                .toList();
        assertThat(IntStream.range(1, numbers.size()))
            .as("the order of producer %d in round %d", p, round)
            .allMatch(i -> numbers.get(i - 1) < numbers.get(i));
      }
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
