// SPDX-License-Identifier: Apache-2.0
package org.example.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Plugins;
import io.kauditd.spi.SendError;
import io.kauditd.spi.Transport;
import io.kauditd.testkit.LedgerChecker;
import java.net.ConnectException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract does not know: what is posted, the options, and what each answer means. */
class HttpTransportTest {
  private final Collector collector = new Collector();

  @AfterEach
  void closeCollector() {
    collector.close();
  }

  private Transport pickedById(String... more) {
    var options = new HashMap<>(Map.of("url", collector.url()));
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return Plugins.load().newTransport("http", options);
  }

  private static AuditRecord record(int number) {
    return AuditRecord.of(RecordType.USER_LOGIN, 1_642_555_588_123L, number, "n=" + number);
  }

  @Test
  void postsTheLinesOfTheLog() {
    Kauditd audit = Kauditd.builder().transport("http", pickedById("token", "secret")).start();
    audit.log(record(456));
    AuditStatus end = audit.close(Duration.ofSeconds(10));

    assertThat(end.ledger().delivered()).isEqualTo(1);
    assertThat(collector.lines())
        .containsExactly("type=USER_LOGIN msg=audit(1642555588.123:456): n=456");
    assertThat(collector.authorization()).isEqualTo("Bearer secret");
  }

  @Test
  void holdsWhatIsLoggedWhileTheCollectorIsAway() {
    collector.stop();
    var ledger = new LedgerChecker();
    Kauditd audit =
        Kauditd.builder()
            .transport("http", ledger.watch(pickedById()))
            .reopenPauses(Duration.ofMillis(10), Duration.ofMillis(50))
            .start();
    for (int i = 1; i <= 500; i++) {
      ledger.log(audit, record(i));
    }
    collector.start();
    AuditStatus end = audit.close(Duration.ofSeconds(20));

    ledger.check(end);
    assertThat(end.ledger().delivered()).isEqualTo(500);
    assertThat(collector.lines()).hasSize(500).last().asString().endsWith("n=500");
  }

  /** The collector says of a whole batch that it is bad; the transport finds the one that is. */
  @Test
  void oneRecordThatTheCollectorRefusesIsFoundAmongTheOthers() {
    collector.answer(batch -> batch.stream().anyMatch(line -> line.endsWith("n=7")) ? 422 : 204);
    Kauditd audit = Kauditd.builder().transport("http", pickedById()).start();
    for (int i = 1; i <= 20; i++) {
      audit.log(record(i));
    }
    AuditStatus end = audit.close(Duration.ofSeconds(20));

    assertThat(end.ledger().delivered()).isEqualTo(19);
    assertThat(end.ledger().dropped(LostReason.REJECTED)).isEqualTo(1);
    assertThat(collector.lines()).hasSize(19).noneMatch(line -> line.endsWith("n=7"));
  }

  @ParameterizedTest
  @CsvSource({
    "401, EPERM, false",
    "404, ECONNREFUSED, false",
    "413, REJECTED, false",
    "429, EAGAIN, false",
    "503, EAGAIN, false",
    "502, EAGAIN, true",
    "302, EAGAIN, true",
  })
  void anAnswerSaysWhatBecomesOfTheRecords(int status, SendError error, boolean mayHaveArrived) {
    assertThat(Answer.of(status).error()).isEqualTo(error);
    assertThat(Answer.of(status).mayHaveArrived()).isEqualTo(mayHaveArrived);
    assertThat(Answer.of(status).words()).contains("" + status);
  }

  @Test
  void whoDoesNotListenHasGotNothing() {
    assertThat(Answer.of(new ConnectException()).mayHaveArrived()).isFalse();
    assertThat(Answer.noneInTime().mayHaveArrived()).isTrue();
  }

  @Test
  void saysWhatIsWrongWithAnOption() {
    assertThatThrownBy(() -> pickedById("url", "collector:80"))
        .hasMessage(
            "transport 'http': url 'collector:80' is not a URL such as"
                + " https://collector.example/audit");
    assertThatThrownBy(() -> pickedById("token", "two words"))
        .hasMessageContaining("token holds something that no header may hold");
  }
}
