// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditSettings;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many records a transport is offered with one call. */
class BatchSizeTest {
  private static final int RECORDS = 10_000;

  /** Takes the first half of what it is offered, as one that waits for answers may. */
  private static class Daemon implements Transport {
    final List<Integer> offered = new ArrayList<>();
    final List<Long> taken = new ArrayList<>();

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      var records = new ArrayList<Long>();
      for (var record = batch.next(); record != null; record = batch.next()) {
        records.add(record.number());
      }
      offered.add(records.size());
      int half = (records.size() + 1) / 2;
      taken.addAll(records.subList(0, half));
      return SendResult.sent(half);
    }

    @Override
    public void close() {}
  }

  private static final class Asking extends Daemon {
    private final int wanted;

    Asking(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public int maxBatchRecords() {
      return wanted;
    }
  }

  private static KauditdBuilder engine(Transport transport) {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
        .transport("daemon", transport)
        .numberRecords();
  }

  private static void assertOffered(Daemon daemon, KauditdBuilder builder, int most) {
    AuditEngine engine = builder.passive();
    for (int i = 0; i < RECORDS; i++) {
      engine.log(1112, "record");
    }
    engine.pass();

    assertThat(daemon.offered.getFirst()).isEqualTo(most);
    assertThat(daemon.offered).allMatch(count -> count <= most);
    assertThat(daemon.taken).hasSize(RECORDS).isSorted().doesNotHaveDuplicates();
    assertThat(engine.status().ledger().balances()).isTrue();
  }

  @Test
  void itIs1024UnlessTheTransportAsks() {
    var daemon = new Daemon();
    assertOffered(daemon, engine(daemon), 1_024);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 7", "4096, 4096", "8192, 8192", "0, 1", "-5, 1", "8193, 8192"})
  void aTransportIsOfferedWhatItAsksFor(int wanted, int most) {
    var daemon = new Asking(wanted);
    assertOffered(daemon, engine(daemon), most);
  }

  @Test
  void theProgramHasTheLastWord() {
    var daemon = new Asking(4_096);
    assertOffered(daemon, engine(daemon).maxBatchRecords(5), 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 8_193})
  void theProgramMustNameAPossibleNumber(int records) {
    assertThatThrownBy(() -> Kauditd.builder().maxBatchRecords(records))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxBatchRecords is " + records + "; it must be between 1 and 8192");
  }
}
