// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that arrived and whose acknowledgement was lost: the doubles in the stream are told. */
class SentAgainTest {
  private static final AuditSettings SMALL = AuditSettings.DEFAULTS.withBacklogLimit(40);

  private static final Duration SHORT = Duration.ofNanos(1);

  private final Daemon daemon = new Daemon();

  @ParameterizedTest
  @ValueSource(strings = {"mainline", "rfc", "v5.16", "ordered"})
  void asManyAreToldAsAreInTheStream(String policyId) {
    ErrorPolicy policy = policy(policyId);
    for (int seed = 0; seed < 50; seed++) {
      daemon.begin(new Random(seed));
      AuditEngine engine = engine(policy, new MemoryQueue());
      for (int serial = 1; serial <= 300; serial++) {
        log(engine, serial);
        if (serial % 10 == 0) {
          engine.pass();
        }
      }
      daemon.heal();
      AuditStatus status = engine.close(Duration.ofSeconds(20));

      String run = policyId + ", seed " + seed + ": " + status.ledger();
      assertThat(status.ledger().balances()).as(run).isTrue();
      assertThat(status.ledger().sentAgain()).as(run).isEqualTo(daemon.doubles()).isPositive();
    }
  }

  @Test
  void whatIsWrittenAndTakenIsNotInDoubt() {
    AuditEngine engine = engine(new OrderedPolicy(), new MemoryQueue());
    for (int serial = 1; serial <= 1_000; serial++) {
      log(engine, serial);
    }
    engine.pass();

    assertThat(engine.status().ledger().delivered()).isPositive();
    assertThat(engine.status().ledger().sentAgain()).isZero();
  }

  @Test
  void aRecordInDoubtThatIsDroppedIsNotSentAgain() {
    daemon.writes(1, SendError.REJECTED);
    AuditEngine engine = engine(new OrderedPolicy(), new MemoryQueue());
    log(engine, 1);
    engine.pass();
    log(engine, 1); // another one that says the same
    daemon.heal();
    engine.pass();

    assertThat(engine.status().ledger().sentAgain()).isZero();
  }

  @Test
  void whatIsInDoubtAtTheEndAndIsKeptIsSentAgainByTheNextRun() {
    daemon.writes(3, SendError.ECONNREFUSED);
    AuditEngine kept = engine(new OrderedPolicy(), new SurvivingQueue());
    AuditEngine gone = engine(new OrderedPolicy(), new MemoryQueue());
    for (AuditEngine engine : new AuditEngine[] {kept, gone}) {
      for (int serial = 1; serial <= 5; serial++) {
        log(engine, serial);
      }
      engine.pass();
      assertThat(engine.status().ledger().sentAgain()).isZero();
    }

    assertThat(kept.close(Duration.ZERO).ledger().sentAgain()).isEqualTo(3);
    assertThat(gone.close(Duration.ZERO).ledger().sentAgain()).isZero();
  }

  @Test
  void aTransportMayKnowByItself() {
    AuditEngine engine = engine(new OrderedPolicy(), new MemoryQueue());
    engine.pass();
    TransportContext context = Objects.requireNonNull(daemon.context);
    context.sentAgain(7);
    context.sentAgain(0);

    assertThat(engine.status().ledger().sentAgain()).isEqualTo(7);
    assertThatThrownBy(() -> context.sentAgain(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("records is -1; it must be 0 or more");
  }

  /** What is not remembered counts before it is known to be sent again: never too low. */
  @Test
  void tooManyToRememberCountAtOnce() {
    var inDoubt = new InDoubt();
    long again = 0;
    for (int round = 0; round < 20; round++) {
      var stage = new Stage(new Commands(), Stage.MAX_RECORDS);
      for (int i = 0; i < Stage.MAX_RECORDS; i++) {
        stage.add(record(round * Stage.MAX_RECORDS + i));
      }
      stage.offer(0);
      while (stage.next() != null) {
        // given to the transport
      }
      SendResult none = SendResult.failed(0, SendError.EAGAIN, "as told");
      again += inDoubt.sent(stage, none.withInDoubt(Stage.MAX_RECORDS));
    }

    assertThat(inDoubt.count() + again).isEqualTo(20 * Stage.MAX_RECORDS);
    assertThat(again).isPositive();
  }

  private static ErrorPolicy policy(String id) {
    return switch (id) {
      case "mainline" -> KernelPolicy.MAINLINE;
      case "rfc" -> KernelPolicy.RFC;
      case "v5.16" -> KernelPolicy.V5_16;
      default -> new OrderedPolicy();
    };
  }

  private AuditEngine engine(ErrorPolicy policy, AuditQueue hold) {
    return Kauditd.builder()
        .transport("daemon", daemon)
        .policy("policy", policy)
        .holdQueue(hold)
        .settings(SMALL)
        .reopenPauses(SHORT, SHORT)
        .announceOutages(false)
        .passive();
  }

  private static void log(AuditEngine engine, int serial) {
    engine.log(record(serial), ProducerContext.ATOMIC);
  }

  private static AuditRecord record(int serial) {
    return AuditRecord.of(1112, 1_000, serial, "text");
  }

  /** Takes in what is written, and acknowledges some of it. */
  private static final class Daemon implements Transport {
    private final Map<Long, Integer> copies = new HashMap<>();
    private @Nullable Random random;
    private int writes;
    private @Nullable SendError error;
    @Nullable TransportContext context;

    void begin(Random newRandom) {
      copies.clear();
      random = newRandom;
    }

    void heal() {
      random = null;
      error = null;
    }

    /** Acknowledges nothing of what is written from now on. */
    void writes(int records, SendError thenFails) {
      writes = records;
      error = thenFails;
    }

    long doubles() {
      return copies.values().stream().mapToInt(count -> count - 1).sum();
    }

    @Override
    public OpenResult open(TransportContext newContext) {
      context = newContext;
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int most = error != null ? writes : random == null ? 1_024 : 1 + random.nextInt(8);
      int written = 0;
      while (written < most) {
        AuditRecord next = batch.next();
        if (next == null) {
          break;
        }
        copies.merge(next.serial(), 1, Integer::sum);
        written++;
      }
      if (error != null) {
        return SendResult.failed(0, error, "as told").withInDoubt(written);
      }
      if (random == null || random.nextInt(3) > 0) {
        return SendResult.sent(written);
      }
      int acknowledged = random.nextInt(written);
      SendError why = random.nextBoolean() ? SendError.EAGAIN : SendError.ECONNREFUSED;
      return SendResult.failed(acknowledged, why, "no acknowledgement")
          .withInDoubt(written - acknowledged);
    }

    @Override
    public void close() {}
  }
}
