// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryTransport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogRouteTest {
  private static AuditRecord record(
      Map<String, String> options, String message, UnaryOperator<LoggedEvent> more) {
    return record("shop", options, message, more);
  }

  private static AuditRecord record(
      String logger, Map<String, String> options, String message, UnaryOperator<LoggedEvent> more) {
    var transport = new MemoryTransport(10);
    try (Kauditd audit = Kauditd.builder().transport("memory", transport).start()) {
      EventOptions made = EventOptions.of(options);
      assertThat(more.apply(new LoggedEvent(audit, made, logger, "INFO", message)).log()).isTrue();
    }
    List<AuditRecord> records = transport.records();
    assertThat(records).hasSize(1);
    return records.getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "kauditd, false",
    "kauditd.x, false",
    "io.kauditd, false",
    "io.kauditd.core.Plugins, false",
    "io.kauditdx, true",
    "kauditds.app, true",
    "org.example, true",
    "'', true"
  })
  void leavesOutWhatTheEngineLogs(String logger, boolean taken) {
    LogRoute route = LogRoute.open(Map.of("transport", "null"));
    assertThat(route.takes(logger)).isEqualTo(taken);
    route.close();
  }

  @Test
  void theFirstMarkerThatNamesATypeCounts() {
    AuditRecord record =
        record(
            Map.of(),
            "m",
            event -> event.marker("X").marker("AUDIT").marker("USER_CMD").marker("USER_LOGIN"));
    assertThat(record.type()).isEqualTo(RecordType.USER_CMD);

    AuditRecord same =
        record(
            Map.of("record-type", "USER_CMD"),
            "m",
            event -> event.marker("USER_CMD").marker("USER_LOGIN"));
    assertThat(same.type()).isEqualTo(RecordType.USER_CMD);
  }

  @Test
  void theNameOfALoggerCountsAsAMarkerBehindThoseOfTheEvent() {
    Map<String, String> marked = Map.of("marked-only", "true");

    assertThat(record("audit.USER_LOGIN", marked, "m", event -> event).type())
        .isEqualTo(RecordType.USER_LOGIN);
    assertThat(record("AUDIT", marked, "m", event -> event).type())
        .isEqualTo(RecordType.TRUSTED_APP);
    assertThat(record("audit.USER_LOGIN", marked, "m", event -> event.marker("USER_CMD")).type())
        .isEqualTo(RecordType.USER_CMD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SYSCALL", "1300", "CONFIG_CHANGE", "user_login", "", "UNKNOWN[3000]"})
  void noMarkerMakesARecordThatOnlyTheKernelWrites(String marker) {
    assertThat(record(Map.of(), "m", event -> event.marker(marker)).type())
        .isEqualTo(RecordType.TRUSTED_APP);
  }

  @ParameterizedTest
  @CsvSource({
    "res, success, res=success'",
    "result, FALSE, res=failed'",
    "outcome, ok, res=success'",
    "Result, 0, res=failed'"
  })
  void aResultIsSaidAsTheAuditToolsSearchIt(String key, String value, String written) {
    assertThat(record(Map.of(), "m", event -> event.field(key, value)).text()).endsWith(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "uid", "auid", "ses", "msg", "exe", "type", "res", "info"})
  void noFieldOfAnApplicationPosesAsOneOfTheLibrary(String key) {
    String plain = record(Map.of(), "m", event -> event).text();
    String text = record(Map.of(), "m", event -> event.field(key, "4711")).text();

    assertThat(text.replaceFirst("[a-z_]+=\"?4711\"? ", "")).isEqualTo(plain);
    assertThat(text).doesNotContain(" " + key + "=\"4711").doesNotContain("'" + key + "=");
  }

  @Test
  void whateverAnEventHoldsTheRecordIsOneThatCanBeCarried() {
    String evil = "\u0000'\n\"\ud800 res=success type=SYSCALL msg=audit(1.1:1): ä".repeat(300);
    AuditRecord record =
        record(
            Map.of(),
            evil,
            event -> {
              for (int i = 0; i < 200; i++) {
                event.field(i + evil.substring(0, 60), evil);
                event.field("k" + i, "v");
              }
              event.context(Map.of("c", evil)).thrown(new IllegalStateException(evil));
              return event;
            });

    assertThat(record.textBytes()).hasSizeLessThanOrEqualTo(AuditRecord.MAX_LENGTH_BYTES);
    assertThat(record.text()).matches("[\\x20-\\x7e]*").contains("fields_cut=");
    assertThat(record.text().chars().filter(c -> c == '\'').count()).isEqualTo(2);
  }

  @Test
  void anObjectThatCannotSayWhatItIsDoesNotCostTheRecord() {
    Object broken =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no");
          }
        };
    String text =
        record(
                Map.of(),
                "m",
                event -> event.field("broken", broken).field("none", null).field("good", 1))
            .text();

    assertThat(text).contains("broken=").contains("none=\"null\"").contains("good=\"1\"");
  }

  @Test
  void ofTheContextTheConfiguredPartBecomesFields() {
    var mdc = new HashMap<>(Map.of("user", "alice", "trace", "7"));
    assertThat(record(Map.of(), "m", event -> event.context(mdc)).text())
        .contains("user=\"alice\"")
        .contains("trace=\"7\"");
    assertThat(record(Map.of("mdc", "none"), "m", event -> event.context(mdc)).text())
        .doesNotContain("alice")
        .doesNotContain("trace");
    assertThat(record(Map.of("mdc", "user:acct,more"), "m", event -> event.context(mdc)).text())
        .contains("acct=\"alice\"")
        .doesNotContain("trace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          record-type | NOTHING | it takes a record type by name or number, of those for applications
          recordType  | SYSCALL | it takes a record type by name or number, of those for applications
          marked-only | maybe   | it takes true or false
          mdc         | a,,b    | it takes all, none, or a list such as user:acct,traceId
          mdc         | a:      | it takes all, none, or a list such as user:acct,traceId
          mdk         | all     | 'mdk' is not known; there is transport
          """)
  void whatIsWrongIsSaid(String key, String value, String said) {
    assertThatThrownBy(() -> LogRoute.open(Map.of("transport", "null", key, value)))
        .hasMessageContaining(said);
  }

  @Test
  void theLastStatusIsALine() {
    LogRoute route = LogRoute.open(Map.of("transport", "null", "markedOnly", "true"));
    assertThat(route.event("l", "INFO", "no marker").log()).isFalse();
    assertThat(route.event("l", "INFO", "marker").marker("AUDIT").log()).isTrue();
    AuditStatus last = route.close();
    assertThat(LogRoute.describe(last)).isEqualTo("1 logged, 1 delivered, 0 waiting, 0 dropped");
    assertThat(LogRoute.deliveredAll(last)).isTrue();
    assertThat(route.event("l", "INFO", "late").marker("AUDIT").log()).isFalse();
    AuditStatus later = route.close();
    assertThat(LogRoute.describe(later)).contains("1 dropped, 1 of them closed");
    assertThat(LogRoute.deliveredAll(later)).isFalse();
  }

  @Test
  void whatARestartWouldDeliverIsNotDelivered() {
    Ledger left = Ledger.builder().logged(2).recovered(1).delivered(2).inHold(1).build();
    AuditStatus last = AuditStatus.builder().ledger(left).build();
    assertThat(last.lost()).isZero();
    assertThat(LogRoute.deliveredAll(last)).isFalse();
  }
}
