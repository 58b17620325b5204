// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that go to the hold queue in one call, while the daemon is away. */
class HeldTogetherTest {
  private static final int RECORDS = 2_500;

  private final Away daemon = new Away();
  private final CountingQueue hold = new CountingQueue();

  private AuditEngine engine(int limit) {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogLimit(limit))
        .holdQueue(hold)
        .transport("away", daemon)
        .passive();
  }

  private static void log(AuditEngine engine, int from, int to) {
    for (int n = from; n < to; n++) {
      assertThat(engine.log(1112, "n=" + n)).isTrue();
    }
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(n -> "n=" + n).toList();
  }

  @Test
  void theHoldQueueIsGivenManyAtOnceAndKeepsTheirOrder() {
    AuditEngine engine = engine(8_192);
    log(engine, 0, RECORDS);

    engine.pass();

    AuditStatus status = engine.status();
    assertThat(status.ledger().inHold()).isEqualTo(RECORDS);
    assertThat(status.ledger().balances()).isTrue();
    assertThat(hold.calls).as("calls of addAll").isEqualTo(3);
    assertThat(hold.singles).as("calls of add").isZero();

    daemon.deliver(engine);

    assertThat(daemon.texts).isEqualTo(texts(0, RECORDS));
    assertThat(engine.status().ledger().balances()).isTrue();
  }

  /** Another 60 when 50 of 100 places are taken: the rest overflows record by record. */
  @Test
  void whatHasNoRoomIsLostAndCounted() {
    AuditEngine engine = engine(100);
    log(engine, 0, 50);
    engine.pass();
    log(engine, 50, 110);
    engine.pass();

    AuditStatus status = engine.status();
    assertThat(status.ledger().inHold()).isEqualTo(100);
    assertThat(status.ledger().dropped(LostReason.HOLD_OVERFLOW)).isEqualTo(10);
    assertThat(status.ledger().balances()).isTrue();

    daemon.deliver(engine);

    assertThat(daemon.texts).isEqualTo(texts(0, 100));
  }

  /** How a medium fails with some of the records. */
  enum Fault {
    STOPS,
    THROWS,
    OVERFLOWS_THE_STACK
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "7, 1", "7, 30", "99, 1"})
  void whatTheMediumDoesNotTakeIsLostAndTheOthersAreThereOnce(int first, int failing) {
    AuditEngine engine = engine(8_192);
    log(engine, 0, 100);
    hold.fail(Fault.STOPS, first, failing);

    engine.pass();

    List<String> left = new ArrayList<>(texts(0, first));
    left.addAll(texts(Math.min(100, first + failing), 100));
    isLeft(engine, left, Math.min(failing, 100 - first));
  }

  @ParameterizedTest
  @EnumSource
  void recordsBeforeAFaultAreNotAddedTwice(Fault fault) {
    AuditEngine engine = engine(8_192);
    log(engine, 0, 100);
    hold.fail(fault, 40, 1);

    engine.pass();

    List<String> left = new ArrayList<>(texts(0, 40));
    left.addAll(texts(41, 100));
    isLeft(engine, left, 1);
  }

  private void isLeft(AuditEngine engine, List<String> left, int lost) {
    AuditStatus status = engine.status();
    assertThat(status.ledger().inHold()).isEqualTo(left.size());
    assertThat(status.ledger().dropped(LostReason.QUEUE_FAILURE)).isEqualTo(lost);
    assertThat(status.ledger().balances()).as("%s", status.ledger()).isTrue();

    daemon.deliver(engine);

    assertThat(daemon.texts).isEqualTo(left);
    assertThat(engine.status().ledger().balances()).isTrue();
  }

  /** A hold queue that counts its calls, and fails with some records. */
  private static final class CountingQueue extends WrappedQueue {
    private int calls;
    private int singles;
    private @Nullable Fault fault;
    private int first;
    private int failing;

    void fail(Fault how, int firstRecord, int count) {
      fault = how;
      first = firstRecord;
      failing = count;
    }

    private boolean fails(AuditRecord record) {
      int n = Integer.parseInt(record.text().substring(2));
      return fault != null && n >= first && n < first + failing;
    }

    private boolean addOne(AuditRecord record, int capacity) throws IOException {
      if (fails(record)) {
        if (fault == Fault.THROWS) {
          throw new IllegalStateException("a fault of the queue");
        }
        if (fault == Fault.OVERFLOWS_THE_STACK) {
          throw new StackOverflowError();
        }
        throw new IOException("the medium fails");
      }
      return inner.add(record, capacity);
    }

    @Override
    public boolean add(AuditRecord record, int capacity) {
      singles++;
      try {
        return addOne(record, capacity);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    /** Stops as the interface says it, or throws with records that it took before. */
    @Override
    public int addAll(List<AuditRecord> records, int capacity) throws IOException {
      calls++;
      int taken = 0;
      for (AuditRecord record : records) {
        if (fault == Fault.STOPS && fails(record)) {
          break;
        }
        if (!addOne(record, capacity)) {
          break;
        }
        taken++;
      }
      return taken;
    }
  }

  /** A daemon that comes when it is told to. */
  private static final class Away implements Transport {
    private final List<String> texts = new ArrayList<>();
    private boolean there;

    void deliver(AuditEngine engine) {
      there = true;
      engine.connect(1);
      engine.pass();
    }

    @Override
    public OpenResult open(TransportContext context) {
      return there ? OpenResult.connected() : OpenResult.failed("nobody there");
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int count = 0;
      for (AuditRecord record = batch.next(); record != null; record = batch.next()) {
        texts.add(record.text());
        count++;
      }
      return SendResult.sent(count);
    }

    @Override
    public void close() {}
  }
}
