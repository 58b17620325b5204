// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import io.kauditd.spi.RecordSink;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A source that hands its records to an engine. */
class LogSinkTest {
  private final MemoryTransport transport = new MemoryTransport(10);
  private final AuditEngine engine =
      Kauditd.builder()
          .transport("memory", transport)
          .settings(AuditSettings.DEFAULTS.withBacklogLimit(1).withBacklogWaitTimeMs(60_000))
          .passive();
  private final List<String> problems = new ArrayList<>();
  private final RecordSink sink =
      new LogSink(engine) {
        @Override
        public void problem(String problem) {
          problems.add(problem);
        }
      };

  private static AuditRecord record(long serial) {
    return AuditRecord.of(1112, 1, serial, "record " + serial);
  }

  @Test
  void recordsGoToTheLogAndTheirPositionsComeFromIt() {
    assertThat(sink.accept(record(7))).isTrue();
    assertThat(sink.acceptNow(record(8))).isTrue();
    assertThat(sink.accepted()).isEqualTo(engine.accepted()).isEqualTo(2);
    assertThat(sink.settled()).isZero();

    engine.pass();
    assertThat(transport.records()).containsExactly(record(7), record(8));
    assertThat(sink.settled()).isEqualTo(engine.settled()).isEqualTo(2);
  }

  /** The limit is exceeded at two records; waiting for room would take a minute. */
  @Test
  void whatMustNotWaitIsRefusedAndCountedWhereThereIsNoRoom() {
    sink.acceptNow(record(1));
    sink.acceptNow(record(2));
    assertThat(sink.acceptNow(record(3))).isFalse();
    assertThat(engine.status().ledger().dropped(LostReason.BACKLOG_LIMIT)).isEqualTo(1);
  }

  @Test
  void serialsAreThoseOfTheLog() {
    long first = sink.nextSerial();
    assertThat(engine.event().serial()).isEqualTo(first + 1);
    assertThat(sink.nextSerial()).isEqualTo(first + 2);
    assertThat(problems).isEmpty();
  }
}
