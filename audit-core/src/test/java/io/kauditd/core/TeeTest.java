// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One log in front of several: each has all records, and none is held up by another. */
class TeeTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Daemon good = new Daemon();
  private final Daemon other = new Daemon();

  private static Kauditd engine(String id, Transport transport, AuditSettings settings) {
    return Kauditd.builder()
        .transport(id, transport)
        .settings(settings)
        .closeAtShutdown(false)
        .start();
  }

  private static Tee tee(ManagedAuditLog first, ManagedAuditLog second) {
    var logs = new LinkedHashMap<String, ManagedAuditLog>();
    logs.put("first", first);
    logs.put("second", second);
    return Tee.of(logs);
  }

  private static AuditStatus status(Tee audit, String name) {
    return Objects.requireNonNull(audit.logs().get(name)).status();
  }

  private Tee tee() {
    return tee(
        engine("good", good, AuditSettings.EMBEDDED),
        engine("other", other, AuditSettings.EMBEDDED));
  }

  @Test
  void eachHasTheSameRecord() {
    try (Tee audit = tee()) {
      audit.log(1112, "one");
      var event = audit.event();
      event.log(1300, "two");
      event.log(1302, "three");
      assertThat(audit.flush(LONG).isComplete()).isTrue();

      assertThat(good.got).extracting(AuditRecord::text).containsExactly("one", "two", "three");
      assertThat(other.got).isEqualTo(good.got);
      assertThat(good.got.get(1).serial()).isEqualTo(good.got.get(2).serial());
      assertThat(good.got.get(0).serial()).isLessThan(good.got.get(1).serial());
    }
  }

  /** The slow one is inside a send that does not end; the other gets everything meanwhile. */
  @Test
  void aSlowOneLosesByItselfAndHoldsUpNobody() throws Exception {
    var goOn = new CountDownLatch(1);
    other.before = goOn;
    AuditSettings small = AuditSettings.EMBEDDED.withBacklogLimit(10);
    try (Tee audit =
        tee(engine("other", other, small), engine("good", good, AuditSettings.EMBEDDED))) {
      int logged = 0;
      while (status(audit, "first").lost() < 100) {
        audit.log(1112, "record " + logged++);
      }
      int all = logged;
      Await.until("the other has all", () -> good.got.size() == all);
      assertThat(other.got).isEmpty();
      goOn.countDown();
      assertThat(audit.flush(LONG).isComplete()).isTrue();

      AuditStatus slow = status(audit, "first");
      assertThat(slow.ledger().delivered() + slow.lost()).isEqualTo(all);
      assertThat(status(audit, "second").ledger().delivered()).isEqualTo(all);
      assertThat(audit.status().lost()).isEqualTo(slow.lost());
      assertThat(audit.status().ledger().logged()).isEqualTo(2L * all);
      assertThat(audit.status().ledger().balances()).isTrue();
    }
  }

  @Test
  void oneThatIsToldToWaitHoldsUpItsProducer() throws Exception {
    var goOn = new CountDownLatch(1);
    other.before = goOn;
    AuditSettings waits =
        AuditSettings.EMBEDDED.withBacklogLimit(1).withBacklogWaitTimeMs(LONG.toMillis());
    try (Tee audit =
        tee(engine("other", other, waits), engine("good", good, AuditSettings.EMBEDDED))) {
      Thread producer =
          Thread.ofPlatform()
              .start(() -> {
                for (int i = 0; i < 2_000; i++) {
                  audit.log(1112, "record " + i);
                }
              });
      Await.until(
          "the producer waits",
          () ->
              producer.getState() == Thread.State.TIMED_WAITING
                  && status(audit, "first").backlog() > 1);
      assertThat(good.got).hasSizeLessThan(2_000);
      goOn.countDown();
      producer.join();
      assertThat(audit.flush(LONG).isComplete()).isTrue();
      assertThat(audit.status().lost()).isZero();
      assertThat(other.got).hasSize(2_000);
    }
  }

  /** One after the other, the first would use up the time of the second. */
  @Test
  void allAreClosedAtTheSameTime() {
    other.error = SendError.EAGAIN;
    Tee audit =
        tee(
            engine("other", other, AuditSettings.EMBEDDED),
            engine("good", good, AuditSettings.EMBEDDED));
    for (int i = 0; i < 1_000; i++) {
      audit.log(1112, "record " + i);
    }
    AuditStatus last = audit.close(Duration.ofSeconds(2));

    assertThat(good.got).hasSize(1_000);
    assertThat(last.closed()).isTrue();
    assertThat(last.ledger().balances()).isTrue();
    assertThat(last.lost()).isEqualTo(1_000);
    assertThat(audit.log(1112, "too late")).isFalse();
  }

  @Test
  void aPositionIsSettledWhenItIsSoEverywhere() throws Exception {
    other.error = SendError.EAGAIN;
    try (Tee audit = tee()) {
      audit.log(1112, "one");
      long one = audit.accepted();
      Await.until("the first has it", () -> good.got.size() == 1);
      assertThat(audit.settled()).isLessThan(one);
      audit.log(1112, "two");
      long two = audit.accepted();
      assertThat(two).isGreaterThan(one);

      other.error = null;
      Await.until("both have both", () -> audit.settled() >= two);
      assertThat(other.got).hasSize(2);
    }
  }

  /** Positions that nobody can reach are no more memory than so many. */
  @Test
  void positionsThatAreNotReachedAreBounded() throws Exception {
    other.error = SendError.EAGAIN;
    try (Tee audit = tee()) {
      long last = 0;
      for (int i = 0; i < 5_000; i++) {
        audit.log(1112, "record " + i);
        last = audit.accepted();
      }
      assertThat(last).isLessThanOrEqualTo(1_024);
      assertThat(audit.settled()).isLessThan(last);
      other.error = null;
      long wanted = last;
      Await.until("all is settled", () -> audit.settled() >= wanted);
      assertThat(other.got).hasSize(5_000);
    }
  }

  @Test
  void whatIsRejectedGoesToAnotherLog() {
    other.rejects = "bad";
    Kauditd rejected = engine("rejected", good, AuditSettings.EMBEDDED);
    Kauditd engine =
        Kauditd.builder()
            .transport("other", other)
            .rejectedTo(rejected)
            .closeAtShutdown(false)
            .start();
    var logs = new LinkedHashMap<String, ManagedAuditLog>();
    logs.put("other", engine);
    try (Tee audit = Tee.of(logs).withRejected("rejected", rejected)) {
      List.of("good 1", "bad 1", "good 2", "bad 2").forEach(text -> audit.log(1112, text));
      long position = audit.accepted();
      assertThat(audit.flush(LONG).isComplete()).isTrue();

      assertThat(audit.settled()).isGreaterThanOrEqualTo(position);
      assertThat(other.got).extracting(AuditRecord::text).containsExactly("good 1", "good 2");
      assertThat(good.got).extracting(AuditRecord::text).containsExactly("bad 1", "bad 2");
      assertThat(engine.status().ledger().dropped(LostReason.REJECTED)).isEqualTo(2);
      assertThat(engine.status().printed()).isZero();
      assertThat(rejected.status().ledger().logged()).isEqualTo(2);
      assertThat(audit.logs().keySet()).containsExactly("other", "rejected");
    }
    assertThat(rejected.status().closed()).isTrue();
  }

  @Test
  void needsALogAndNamesThatDiffer() {
    assertThatThrownBy(() -> Tee.of(new LinkedHashMap<String, ManagedAuditLog>()))
        .isInstanceOf(IllegalArgumentException.class);
    try (Tee audit = tee();
        Kauditd rejected = engine("rejected", new Daemon(), AuditSettings.EMBEDDED)) {
      assertThatThrownBy(() -> audit.withRejected("first", rejected))
          .hasMessage("two logs are called 'first'");
    }
  }

  /** Takes records, or says why not. */
  private static final class Daemon implements Transport {
    final List<AuditRecord> got = new CopyOnWriteArrayList<>();
    volatile @Nullable SendError error;
    volatile @Nullable CountDownLatch before;
    volatile @Nullable String rejects;

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      await();
      int taken = 0;
      for (AuditRecord record = batch.next(); record != null; record = batch.next()) {
        SendError refusal = refusal(record);
        if (refusal != null) {
          return SendResult.failed(taken, refusal, "told to");
        }
        got.add(record);
        taken++;
      }
      return SendResult.sent(taken);
    }

    private void await() {
      CountDownLatch latch = before;
      if (latch != null) {
        try {
          latch.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    private @Nullable SendError refusal(AuditRecord record) {
      String bad = rejects;
      return bad != null && record.text().startsWith(bad) ? SendError.REJECTED : error;
    }

    @Override
    public void reset() {}

    @Override
    public void close() {}
  }
}
