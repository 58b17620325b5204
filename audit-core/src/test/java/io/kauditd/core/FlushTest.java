// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.FlushResult;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What was logged before a flush is settled when it says so: delivered, dropped, or kept. */
class FlushTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Daemon daemon = new Daemon();

  @Test
  void waitsUntilAllIsDelivered() {
    try (Kauditd audit = Kauditd.builder().transport("daemon", daemon).start()) {
      for (int i = 0; i < 1_000; i++) {
        audit.log(1112, "record " + i);
      }
      FlushResult result = audit.flush(LONG);

      assertThat(result.isComplete()).isTrue();
      assertThat(daemon.got).hasSize(1_000);
      assertThat(result.waiting()).isZero();
    }
  }

  @Test
  void saysThatRecordsWaitForADaemon() {
    daemon.error = SendError.ECONNREFUSED;
    Kauditd audit = Kauditd.builder().transport("daemon", daemon).start();
    audit.log(1112, "waits");
    FlushResult result = audit.flush(Duration.ofMillis(20));
    audit.close(Duration.ZERO);

    assertThat(result.isComplete()).isFalse();
    assertThat(result.waiting()).isEqualTo(1);
    assertThat(result.kept()).isZero();
  }

  @Test
  void isCompleteWhenTheRestLiesInAQueueThatSurvives() {
    daemon.error = SendError.ECONNREFUSED;
    AuditEngine engine = engine(new OrderedPolicy(), new SurvivingQueue());
    engine.log(1112, "held");

    assertThat(engine.flush(LONG)).hasToString(FlushResult.of(true, 0, 0, 1, 0).toString());
  }

  @Test
  void isCompleteWhenTheRestWasDropped() {
    daemon.error = SendError.REJECTED;
    AuditEngine engine = engine(new OrderedPolicy(), new MemoryQueue());
    engine.log(1112, "never taken");

    assertThat(engine.flush(LONG)).hasToString(FlushResult.of(true, 0, 1, 0, 0).toString());
  }

  @Test
  void theOwnerOfAPassiveEngineRunsThePasses() {
    AuditEngine engine = engine(KernelPolicy.MAINLINE, new MemoryQueue());
    engine.log(1112, "one");

    assertThat(engine.flush(LONG).isComplete()).isTrue();
    assertThat(daemon.got).containsExactly("one");
  }

  @Test
  void doesNotWaitForItselfInAListener() {
    List<FlushResult> seen = new ArrayList<>();
    try (Kauditd audit = Kauditd.builder().transport("daemon", daemon).start()) {
      audit.addListener(record -> seen.add(audit.flush(LONG)));
      audit.log(1112, "one");
      assertThat(audit.flush(LONG).isComplete()).isTrue();
    }
    assertThat(seen).singleElement().extracting(FlushResult::isComplete).isEqualTo(false);
  }

  @Test
  void refusesANegativeTimeout() {
    AuditEngine engine = engine(KernelPolicy.MAINLINE, new MemoryQueue());

    assertThatThrownBy(() -> engine.flush(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 ms");
    assertThat(engine.flush(Duration.ofSeconds(Long.MAX_VALUE)).isComplete()).isTrue();
  }

  @Test
  void aPositionIsSettledOnlyWhenAllBelowItIs() {
    AuditEngine engine = engine(new OrderedPolicy(), new MemoryQueue());
    engine.log(1112, "one");
    long one = engine.accepted();
    engine.log(1112, "two");
    long two = engine.accepted();
    assertThat(engine.settled()).isLessThan(one);

    daemon.takes = 1;
    engine.pass();

    assertThat(daemon.got).containsExactly("one");
    assertThat(engine.settled()).isGreaterThanOrEqualTo(one).isLessThan(two);

    daemon.takes = Integer.MAX_VALUE;
    engine.pass();

    assertThat(engine.settled()).isGreaterThanOrEqualTo(two);
  }

  @Test
  void underAPolicyThatLetsRecordsOvertakeItIsNeverTooHigh() {
    AuditEngine engine = engine(KernelPolicy.MAINLINE, new MemoryQueue());
    engine.log(1112, "one");
    long one = engine.accepted();
    engine.log(1112, "two");
    daemon.takes = 0;
    engine.pass(); // both are in the retry queue now
    daemon.takes = 1;
    engine.pass();

    assertThat(engine.settled()).isLessThanOrEqualTo(one);
  }

  private AuditEngine engine(ErrorPolicy policy, AuditQueue hold) {
    return Kauditd.builder()
        .transport("daemon", daemon)
        .policy("policy", policy)
        .holdQueue(hold)
        .settings(AuditSettings.DEFAULTS)
        .passive();
  }

  /** Takes what it is told to, and then fails as it is told to. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // the test and the kauditd thread take turns
  private static final class Daemon implements Transport {
    final List<String> got = new ArrayList<>();
    volatile @Nullable SendError error;
    volatile int takes = Integer.MAX_VALUE;

    @Override
    public OpenResult open(TransportContext context) {
      return error == SendError.ECONNREFUSED ? OpenResult.failed("away") : OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int taken = 0;
      for (AuditRecord record = batch.next(); record != null; record = batch.next()) {
        SendError now = error;
        if (now != null || takes == 0) {
          return SendResult.failed(taken, now == null ? SendError.EAGAIN : now, "as told");
        }
        got.add(record.text());
        takes--;
        taken++;
      }
      return SendResult.sent(taken);
    }

    @Override
    public void close() {}
  }
}
