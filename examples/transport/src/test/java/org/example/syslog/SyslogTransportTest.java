// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Plugins;
import io.kauditd.spi.SendError;
import io.kauditd.spi.Transport;
import io.kauditd.testkit.LedgerChecker;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the contract does not know: the messages, the options, and the words of the errors. */
class SyslogTransportTest {
  private final SyslogServer server = new SyslogServer();

  @AfterEach
  void closeServer() {
    server.close();
  }

  private Transport pickedById(String... more) {
    var options = new java.util.HashMap<>(Map.of("server", "127.0.0.1:" + server.port()));
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return Plugins.load().newTransport("loghost", options);
  }

  @Test
  void writesMessagesAsRfc5424HasThem() {
    Kauditd audit =
        Kauditd.builder()
            .transport("loghost", pickedById("facility", "local4", "app-name", "shop"))
            .start();
    audit.log(AuditRecord.of(RecordType.USER_LOGIN, 1_642_555_588_123L, 456, "res=success"));
    AuditStatus end = audit.close(Duration.ofSeconds(10));

    assertThat(end.ledger().delivered()).isEqualTo(1);
    await(1);
    assertThat(server.messages())
        .singleElement()
        .asString()
        .matches(
            "<165>1 2022-01-19T01:26:28\\.123Z \\S+ shop \\d+ USER_LOGIN -"
                + " type=USER_LOGIN msg=audit\\(1642555588\\.123:456\\): res=success");
  }

  @Test
  void holdsWhatIsLoggedWhileTheServerIsAway() {
    server.stop();
    var ledger = new LedgerChecker();
    Kauditd audit =
        Kauditd.builder()
            .transport("loghost", ledger.watch(pickedById()))
            .reopenPauses(Duration.ofMillis(10), Duration.ofMillis(50))
            .start();
    for (int i = 1; i <= 500; i++) {
      ledger.log(audit, AuditRecord.of(RecordType.USER_LOGIN, i, i, "n=" + i));
    }
    server.start();
    AuditStatus end = audit.close(Duration.ofSeconds(20));

    ledger.check(end);
    assertThat(end.ledger().delivered()).isEqualTo(500);
    await(500);
    assertThat(server.messages().get(499)).endsWith("n=500");
  }

  @Test
  void translatesWhatASocketSays() {
    assertThat(SocketErrors.of(new IOException("Broken pipe"))).isEqualTo(SendError.ECONNREFUSED);
    assertThat(SocketErrors.of(new IOException("Connection reset by peer")))
        .isEqualTo(SendError.ECONNREFUSED);
    assertThat(SocketErrors.of(new ClosedChannelException())).isEqualTo(SendError.ECONNREFUSED);
    assertThat(SocketErrors.of(new IOException("Operation not permitted")))
        .isEqualTo(SendError.EPERM);
    assertThat(SocketErrors.of(new IOException("No buffer space available")))
        .isEqualTo(SendError.ENOBUFS);
    assertThat(SocketErrors.of(new IOException())).isEqualTo(SendError.EIO);
  }

  @Test
  void saysWhatIsWrongWithAnOption() {
    assertThatThrownBy(() -> pickedById("server", "loghost"))
        .hasMessage(
            "transport 'loghost': server 'loghost' is not host:port, such as loghost:601 or"
                + " [::1]:601");
    assertThatThrownBy(() -> pickedById("app-name", "two words"))
        .hasMessageContaining("app-name 'two words' is not 1 to 48 printable");
  }

  /** What was delivered to the socket is read by the server a moment later. */
  private void await(int messages) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (server.messages().size() < messages && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
