// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A queue whose medium loses records, or cannot be read for a while. */
class DamagedQueueTest {
  private final DamagedQueue damaged = new DamagedQueue();
  private final MemoryTransport transport = new MemoryTransport(100);

  @Test
  void recordsThatWereDamagedBeforeTheStartAreCounted() {
    damaged.recovered = 5;
    damaged.lost = 2;
    add(3);
    AuditEngine engine = builder().holdQueue(damaged).passive();

    assertThat(engine.status().ledger().balances()).isTrue();
    assertThat(engine.status().lost()).isEqualTo(2);

    engine.pass();

    AuditStatus status = engine.status();
    assertThat(status.ledger().balances()).isTrue();
    assertThat(status.ledger().delivered()).isEqualTo(3);
    assertThat(status.ledger().dropped(LostReason.QUEUE_FAILURE)).isEqualTo(2);
  }

  @Test
  void recordsThatAreLostOnTheWayAreCounted() {
    AuditEngine engine = builder().mainQueue(damaged).passive();
    for (int i = 0; i < 4; i++) {
      engine.log(1300, "n=" + i);
    }
    damaged.loseNext = 1;

    engine.pass();

    AuditStatus status = engine.status();
    assertThat(status.ledger().balances()).isTrue();
    assertThat(status.ledger().logged()).isEqualTo(4);
    assertThat(status.ledger().delivered()).isEqualTo(3);
    assertThat(status.ledger().dropped(LostReason.QUEUE_FAILURE)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = KernelPolicy.class,
      names = {"MAINLINE", "RFC"}) // 5.16 walks until a queue gives nothing, so it cannot tell
  void aQueueThatCannotBeReadIsAskedAgainLaterAndNotAtOnce(KernelPolicy policy) {
    AuditEngine engine = builder().mainQueue(damaged).policy(policy).passive();
    engine.log(1300, "n=1");
    damaged.readable = false;

    engine.pass();

    assertThat(engine.idleNs()).isPositive();
    assertThat(engine.status().ledger().inMain()).isEqualTo(1);

    damaged.readable = true;
    engine.pass();

    assertThat(engine.status().ledger().delivered()).isEqualTo(1);
    assertThat(engine.idleNs()).isEqualTo(Long.MAX_VALUE);
  }

  private KauditdBuilder builder() {
    return Kauditd.builder().settings(AuditSettings.DEFAULTS).transport("memory", transport);
  }

  private void add(int records) {
    for (int i = 0; i < records; i++) {
      damaged.add(AuditRecord.of(1300, 0, i, "n=" + i), 100);
    }
  }

  /** A memory queue that does as a damaged medium does. */
  private static final class DamagedQueue extends WrappedQueue {
    private long recovered;
    private long lost;
    private int loseNext;
    private boolean readable = true;

    @Override
    public @Nullable AuditRecord poll() {
      for (; loseNext > 0; loseNext--) {
        inner.poll();
        inner.acknowledge(1);
        lost++;
      }
      return readable ? inner.poll() : null;
    }

    @Override
    public long recovered() {
      return recovered;
    }

    @Override
    public long lost() {
      return lost;
    }
  }
}
