// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records are numbered as they leave the main queue, and keep their numbers in other queues. */
class NumberedRecordsTest {
  private final Daemon daemon = new Daemon();

  @Test
  void aRecordKeepsItsNumberInTheOtherQueues() {
    AuditEngine engine =
        Kauditd.builder()
            .policy(OrderedPolicy.ID, new OrderedPolicy())
            .transport("daemon", daemon)
            .numberRecords()
            .passive();
    for (int i = 0; i < 5; i++) {
      engine.log(1112, "record");
    }
    daemon.takes = 2;
    engine.pass(); // three are in the retry queue now
    engine.log(1112, "record");
    daemon.takes = 10;
    engine.pass();

    assertThat(daemon.numbers).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void aNumberOfItsOwnStays() {
    AuditEngine engine = Kauditd.builder().transport("daemon", daemon).numberRecords().passive();
    daemon.takes = 10;
    engine.log(AuditRecord.of(1112, 0, 1, "record").withNumber(77));
    engine.log(AuditRecord.of(1112, 0, 2, "record"));
    engine.pass();

    assertThat(daemon.numbers).containsExactly(77L, 78L);
  }

  /** One row of numbers, although the main queue gives them and another has kept earlier ones. */
  @Test
  void aMainQueueThatNumbersGoesOnAboveTheOthers() {
    var main = new Numbering();
    var hold = new Numbering();
    hold.highest = 500;
    AuditEngine engine =
        Kauditd.builder()
            .mainQueue(main)
            .holdQueue(hold)
            .transport("daemon", daemon)
            .numberRecords()
            .passive();
    daemon.takes = 10;
    engine.log(1112, "record");
    engine.log(1112, "record");
    engine.pass();

    assertThat(daemon.numbers).containsExactly(501L, 502L);
  }

  /** A record that is put back and met again has the number that it had. */
  @Test
  void aRecordThatIsTakenAgainHasItsNumber() {
    AuditEngine engine =
        Kauditd.builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(1))
            .policy(OrderedPolicy.ID, new OrderedPolicy())
            .transport("daemon", daemon)
            .numberRecords()
            .passive();
    engine.log(1112, "record");
    engine.log(1112, "record");
    engine.pass(); // one is in the retry queue, one kept its place
    engine.pass();
    engine.log(1112, "record");
    daemon.takes = 10;
    engine.pass();

    assertThat(daemon.numbers).containsExactly(1L, 2L, 3L);
  }

  /** Gives numbers by itself, as a spool does. */
  private static final class Numbering extends WrappedQueue {
    private long highest;

    @Override
    public boolean add(AuditRecord record, int capacity) {
      return inner.add(record.number() == 0 ? record.withNumber(++highest) : record, capacity);
    }

    @Override
    public long highestNumber() {
      return highest;
    }

    @Override
    public void numbersAbove(long number) {
      highest = Math.max(highest, number);
    }
  }

  @Test
  void aTransportThatWantsNumbersGetsThem() {
    daemon.wantsNumbers = true;
    AuditEngine engine = Kauditd.builder().transport("daemon", daemon).passive();
    daemon.takes = 10;
    engine.log(1112, "record");
    engine.log(1112, "record");
    engine.pass();

    assertThat(daemon.numbers).containsExactly(1L, 2L);
  }

  @Test
  void nobodyAsksAndNothingIsNumbered() {
    AuditEngine engine = Kauditd.builder().transport("daemon", daemon).passive();
    daemon.takes = 10;
    engine.log(1112, "record");
    engine.pass();

    assertThat(daemon.numbers).containsExactly(0L);
  }

  private static final class Daemon implements Transport {
    final List<Long> numbers = new ArrayList<>();
    int takes;
    boolean wantsNumbers;

    @Override
    public boolean wantsNumbers() {
      return wantsNumbers;
    }

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int taken = 0;
      for (AuditRecord record = batch.next(); record != null; record = batch.next()) {
        if (takes == 0) {
          return SendResult.failed(taken, SendError.EAGAIN, "as told");
        }
        numbers.add(record.number());
        takes--;
        taken++;
      }
      return SendResult.sent(taken);
    }

    @Override
    public void close() {}
  }
}
