// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditSettings;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.Routing;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long the owner of an engine may rest while the daemon takes nothing. */
class IdleTest {
  private static final int LIMIT = 8;
  private static final Duration PAUSE = Duration.ofMillis(10);

  @Test
  void ordered_restsAlthoughTheMainQueueStaysFull() {
    AuditEngine engine = engine(new OrderedPolicy());
    fill(engine);
    engine.pass(); // the retry queue is full from here on
    fill(engine);
    engine.pass();

    assertThat(engine.status().ledger().inRetry()).isEqualTo(LIMIT);
    assertThat(engine.status().backlog()).isEqualTo(LIMIT + 1);
    assertThat(engine.log(1112, "one more")).isFalse();
    assertThat(engine.idleNs()).isGreaterThanOrEqualTo(PAUSE.toNanos());
  }

  private static void assertThatItRestsUntilHalfTheBacklogHasCome(AuditEngine engine) {
    for (int i = 0; i < LIMIT / 2; i++) {
      engine.log(1112, "new");
      assertThat(engine.idleNs()).as("after %d", i + 1).isPositive();
    }
    engine.log(1112, "new");
    assertThat(engine.idleNs()).isZero();
  }

  @Test
  void ordered_restsUntilManyRecordsMoreHaveCome() {
    AuditEngine engine = engine(new OrderedPolicy());
    fill(engine);
    engine.pass();
    engine.log(1112, "left behind");
    engine.pass();

    assertThatItRestsUntilHalfTheBacklogHasCome(engine);
  }

  @Test
  void mainline_doesNotRestWhenHalfTheBacklogCameMeanwhile() {
    AuditEngine engine = engine(KernelPolicy.MAINLINE);
    fill(engine);
    engine.pass();
    assertThat(engine.status().backlog()).isZero();

    assertThatItRestsUntilHalfTheBacklogHasCome(engine);
  }

  @Test
  void restsUntilSomebodyComesWhenAPolicyLeavesRecordsInTheMainQueue() {
    AuditEngine engine =
        Kauditd.builder()
            .policy("patient", (record, failure, queues) -> Routing.keepPlace())
            .transport("away", new Away())
            .reopenPauses(PAUSE, PAUSE)
            .clock(new HandMovedClock())
            .passive();
    engine.log(1112, "left there");
    engine.pass();

    assertThat(engine.status().backlog()).isEqualTo(1);
    assertThat(engine.idleNs()).isEqualTo(PAUSE.toNanos());
    engine.log(1112, "new");
    assertThat(engine.idleNs()).isZero();
    engine.pass();
    engine.connect(1);
    assertThat(engine.idleNs()).isZero();
  }

  private static void fill(AuditEngine engine) {
    for (int i = 0; i < 2 * LIMIT; i++) {
      engine.log(1112, "record " + i);
    }
  }

  private static AuditEngine engine(ErrorPolicy policy) {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT))
        .policy("policy", policy)
        .transport("busy", new Busy())
        .retryPauses(PAUSE, PAUSE)
        .clock(new HandMovedClock())
        .passive();
  }

  /** Connected, and never takes a record. */
  private static final class Busy implements Transport {
    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      batch.next();
      return SendResult.failed(0, SendError.EAGAIN, "busy");
    }

    @Override
    public void close() {}
  }

  /** Cannot be opened. */
  private static final class Away implements Transport {
    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.failed("away");
    }

    @Override
    public SendResult send(RecordBatch batch) {
      return SendResult.failed(0, SendError.ECONNREFUSED, "away");
    }

    @Override
    public void close() {}
  }
}
