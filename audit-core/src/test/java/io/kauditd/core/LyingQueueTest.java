// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The ledger balances whatever a retry queue does, and the connection has no part in its faults.
 */
class LyingQueueTest {
  enum Fault {
    SIZE_THROWS,
    SIZE_IS_NEGATIVE,
    SIZE_IS_ZERO,
    POLL_THROWS,
    SECOND_POLL_THROWS,
    ACKNOWLEDGE_THROWS,
    PUT_BACK_THROWS,
    ADD_THROWS,
    EVICTS_WITHOUT_A_WORD
  }

  @ParameterizedTest
  @EnumSource
  void theLedgerBalancesAndTheConnectionStays(Fault fault) {
    var daemon = new Busy();
    AuditEngine engine =
        Kauditd.builder().transport("busy", daemon).retryQueue(new Lying(fault)).passive();
    for (int i = 0; i < 5; i++) {
      engine.log(1112, "record");
      engine.pass();
      assertThat(engine.status().ledger().balances()).as("%s, pass %d", fault, i).isTrue();
    }
    daemon.takes = true;
    for (int i = 0; i < 3; i++) {
      engine.log(1112, "record");
      engine.pass();
    }

    AuditStatus status = engine.status();
    assertThat(status.ledger().balances()).as("%s: %s", fault, status.ledger()).isTrue();
    assertThat(status.ledger().logged()).isEqualTo(8);
    assertThat(status.ledger().delivered()).isGreaterThanOrEqualTo(3).isEqualTo(daemon.taken);
    assertThat(status.resets()).as("the daemon has no part in it").isZero();
  }

  /** A retry queue with one fault. */
  private static final class Lying extends WrappedQueue {
    private final Fault fault;
    private int polls;

    Lying(Fault fault) {
      this.fault = fault;
    }

    private void failIf(Fault when) {
      if (fault == when) {
        throw new IllegalStateException(fault.toString());
      }
    }

    @Override
    public boolean add(AuditRecord record, int capacity) {
      failIf(Fault.ADD_THROWS);
      if (fault == Fault.EVICTS_WITHOUT_A_WORD && inner.size() == 2) {
        inner.poll();
        inner.acknowledge(1);
      }
      return inner.add(record, capacity);
    }

    @Override
    public @Nullable AuditRecord poll() {
      failIf(Fault.POLL_THROWS);
      if (++polls % 2 == 0) {
        failIf(Fault.SECOND_POLL_THROWS);
      }
      return inner.poll();
    }

    @Override
    public void acknowledge(int count) {
      failIf(Fault.ACKNOWLEDGE_THROWS);
      inner.acknowledge(count);
    }

    @Override
    public void putBack(int count) {
      failIf(Fault.PUT_BACK_THROWS);
      inner.putBack(count);
    }

    @Override
    public int size() {
      failIf(Fault.SIZE_THROWS);
      return switch (fault) {
        case SIZE_IS_NEGATIVE -> -1;
        case SIZE_IS_ZERO -> 0;
        default -> inner.size();
      };
    }
  }

  /** Connected; takes nothing until it is told to. */
  private static final class Busy implements Transport {
    boolean takes;
    int taken;

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int now = 0;
      while (batch.next() != null) {
        if (!takes) {
          return SendResult.failed(0, SendError.EAGAIN, "busy");
        }
        now++;
        taken++;
      }
      return SendResult.sent(now);
    }

    @Override
    public void close() {}
  }
}
