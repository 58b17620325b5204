// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.Routing;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a record whose queue has no room: as the policy says, and counted. */
class FullQueueTest {
  private static final int LIMIT = 3;

  private final Daemon daemon = new Daemon();
  private final MemoryQueue hold = new MemoryQueue();

  @Test
  void orderedLeavesInTheMainQueueWhatTheHoldQueueHasNoRoomFor() {
    AuditEngine engine = engine(new OrderedPolicy());
    log(engine, 1, 3);
    engine.pass();
    log(engine, 4, 4);
    engine.pass();

    Ledger ledger = engine.status().ledger();
    assertThat(ledger.inHold()).isEqualTo(LIMIT);
    assertThat(ledger.inMain()).isEqualTo(LIMIT + 1L);
    assertThat(ledger.droppedTotal()).isZero();

    // Now producers meet the limit: one that cannot wait is refused.
    assertThat(engine.log(record(8), ProducerContext.ATOMIC)).isFalse();
    assertThat(engine.status().ledger().dropped(LostReason.BACKLOG_LIMIT)).isEqualTo(1);

    daemon.isThere = true;
    engine.connect(1);
    engine.pass();

    assertThat(daemon.got).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(engine.status().ledger().balances()).isTrue();
  }

  @Test
  void thePolicyMayKeepTheNewest() {
    AuditEngine engine = engine((record, failure, queues) -> Routing.toHold().orEvictOldest());
    log(engine, 1, 4);
    engine.pass();
    log(engine, 5, 3);
    engine.pass();

    assertThat(engine.status().ledger().dropped(LostReason.EVICTED)).isEqualTo(4);
    assertThat(engine.status().lost()).isEqualTo(4);
    assertThat(engine.status().ledger().balances()).isTrue();
    assertThat(heldSerials()).containsExactly(5L, 6L, 7L);
  }

  @Test
  void withoutASayItIsLost() {
    AuditEngine engine = engine((record, failure, queues) -> Routing.toHold());
    log(engine, 1, 4);
    engine.pass();

    assertThat(engine.status().ledger().dropped(LostReason.HOLD_OVERFLOW)).isEqualTo(1);
    assertThat(heldSerials()).containsExactly(1L, 2L, 3L);
  }

  private List<Long> heldSerials() {
    List<Long> serials = new ArrayList<>();
    for (AuditRecord record = hold.poll(); record != null; record = hold.poll()) {
      serials.add(record.serial());
    }
    hold.putBack(serials.size());
    return serials;
  }

  private static void log(AuditEngine engine, int first, int count) {
    for (int i = first; i < first + count; i++) {
      assertThat(engine.log(record(i), ProducerContext.ATOMIC)).isTrue();
    }
  }

  private static AuditRecord record(int serial) {
    return AuditRecord.of(1112, 0, serial, "record " + serial);
  }

  private AuditEngine engine(ErrorPolicy policy) {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT))
        .policy("policy", policy)
        .transport("daemon", daemon)
        .holdQueue(hold)
        .passive();
  }

  /** Away until it is there; then it takes everything. */
  private static final class Daemon implements Transport {
    final List<Long> got = new ArrayList<>();
    boolean isThere;

    @Override
    public OpenResult open(TransportContext context) {
      return isThere ? OpenResult.connected() : OpenResult.failed("away");
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int taken = 0;
      for (AuditRecord record = batch.next(); record != null; record = batch.next()) {
        got.add(record.serial());
        taken++;
      }
      return SendResult.sent(taken);
    }

    @Override
    public void close() {}
  }
}
