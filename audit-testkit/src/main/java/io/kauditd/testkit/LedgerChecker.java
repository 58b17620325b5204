// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts by itself what was logged and what a transport took, and compares that with an engine's
 * ledger. Records may be logged by several threads at once.
 *
 * <pre>{@code
 * var ledger = new LedgerChecker();
 * AuditEngine engine =
 *     Kauditd.builder().transport("mine", ledger.watch(new MyTransport())).passive();
 * ledger.log(engine, record);
 * engine.pass();
 * ledger.check(engine.status());
 * }</pre>
 *
 * @since 0.1.0
 */
public final class LedgerChecker {
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder delivered = new LongAdder();

  /** A checker for one engine. */
  public LedgerChecker() {}

  /** Checks that a ledger balances, whatever else it says. */
  public static void checkBalance(AuditStatus status) {
    Ledger ledger = status.ledger();
    assertThat(ledger.delivered() + ledger.waiting() + ledger.droppedTotal())
        .as("delivered + waiting + dropped must be logged + recovered, in %s", ledger)
        .isEqualTo(ledger.logged() + ledger.recovered());
  }

  /** Logs a record and counts it; returns whether it was accepted. */
  public boolean log(AuditLog log, AuditRecord record) {
    return log(log, record, ProducerContext.BLOCKING);
  }

  /** Logs a record and counts it; returns whether it was accepted. */
  public boolean log(AuditLog log, AuditRecord record, ProducerContext context) {
    boolean ok = log.log(record, context);
    (ok ? accepted : refused).increment();
    return ok;
  }

  /** Wraps a transport, and counts the records that it takes. */
  public Transport watch(Transport transport) {
    return new Watched(transport, delivered);
  }

  /** Records that were accepted so far. */
  public long accepted() {
    return accepted.sum();
  }

  /** Records that the watched transports have taken so far. */
  public long delivered() {
    return delivered.sum();
  }

  /**
   * Checks a status that was taken while nobody logged and no pass ran. It must balance, and agree
   * with what was counted here.
   */
  public void check(AuditStatus status) {
    checkBalance(status);
    Ledger ledger = status.ledger();
    assertThat(ledger.logged())
        .as("records logged, in %s", ledger)
        .isEqualTo(accepted.sum() + refused.sum());
    assertThat(ledger.delivered())
        .as("records that the transport took, in %s", ledger)
        .isEqualTo(delivered.sum());
    long lost = 0;
    for (LostReason reason : LostReason.values()) {
      lost += reason.countsAsLost() ? ledger.dropped(reason) : 0;
    }
    assertThat(status.lost()).as("the lost counter, beside %s", ledger).isEqualTo(lost);
    assertThat(ledger.droppedTotal())
        .as("records dropped, of which %d were refused at the gate", refused.sum())
        .isGreaterThanOrEqualTo(refused.sum());
  }

  /** Counts what a transport takes. */
  private static final class Watched implements Transport {
    private final Transport transport;
    private final LongAdder delivered;

    Watched(Transport transport, LongAdder delivered) {
      this.transport = transport;
      this.delivered = delivered;
    }

    @Override
    public OpenResult open(TransportContext context) {
      return transport.open(context);
    }

    @Override
    public SendResult send(RecordBatch batch) {
      @Nullable SendResult result = transport.send(batch);
      if (result != null) {
        delivered.add(result.taken());
      }
      return result;
    }

    @Override
    public boolean wantsNumbers() {
      return transport.wantsNumbers();
    }

    @Override
    public int maxBatchRecords() {
      return transport.maxBatchRecords();
    }

    @Override
    public void reset() {
      transport.reset();
    }

    @Override
    public void close() {
      transport.close();
    }

    @Override
    public String toString() {
      return transport.toString();
    }
  }
}
