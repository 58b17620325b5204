// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NameLost;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.fixtures.plugin.OutageRounds;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real rsyslogd; skipped where there is none. */
class RsyslogTest {
  private static final Pattern NUMBER = Pattern.compile(" number=\"([0-9]+)\"");
  private static final int WINDOW = 32;

  @TempDir Path directory;

  @Test
  void recordsArriveWholeOverTcp() throws Exception {
    try (Rsyslog server = Rsyslog.tcp(directory);
        Transport transport = started(server, TestPlugins.syslog(server.place("127.0.0.1")))) {
      assertRecordsArriveWhole(server, transport);
    }
  }

  @Test
  void recordsArriveWholeOverTlsWithAClientCertificate() throws Exception {
    Pki pki = Pki.shared();
    try (Rsyslog server = Rsyslog.tls(directory, pki, "server");
        Transport transport =
            started(
                server,
                TestPlugins.syslog(
                    server.place("localhost"),
                    "tls=true",
                    "ca=" + pki.file("ca.pem"),
                    "cert=" + pki.file("client.pem"),
                    "key=" + pki.file("client.key")))) {
      assertRecordsArriveWhole(server, transport);
    }
  }

  @Test
  void recordsArriveWholeOverRelp() throws Exception {
    try (Rsyslog server = Rsyslog.relp(directory);
        Transport transport = started(server, TestPlugins.relp(server.place("127.0.0.1")))) {
      assertRecordsArriveWhole(server, transport);
    }
  }

  private static Transport started(Rsyslog server, Transport transport) throws Exception {
    server.start();
    return transport;
  }

  private static void assertRecordsArriveWhole(Rsyslog server, Transport transport)
      throws Exception {
    String text = "op=\"a]\\b\" msg=ä " + "x".repeat(8_000);
    AuditRecord one =
        AuditRecord.of(1112, 1642555588123L, 4711, text)
            .withHead("node=web1 type=USER_LOGIN")
            .withNumber(7);
    Await.until(() -> transport.open(new NoEngine()), OpenResult.connected()::equals);
    assertThat(transport.send(ListBatch.of(one, ListBatch.record(2))).taken()).isEqualTo(2);

    List<String> messages = Await.until(server::messages, seen -> seen.size() >= 2);
    assertThat(messages.getFirst())
        .startsWith("<109>1 2022-01-19T01:26:28.123Z web1 kauditd ")
        .contains(" USER_LOGIN [audit@32473 node=\"web1\" type=\"USER_LOGIN\" serial=\"4711\"")
        .contains(" time=\"1642555588.123\" number=\"7\"] ")
        .endsWith("] node=web1 type=USER_LOGIN msg=audit(1642555588.123:4711): " + text);
    assertThat(messages.get(1)).endsWith(": seq=2 res=success");
    assertThat(messages).hasSize(2);
  }

  /** Ended, stopped and killed by turns, while records come. */
  @Test
  @Tag(Deep.TAG)
  void relpLosesNothingAndDoublesAreTheWindowAndKnownByTheirNumbers() throws Exception {
    try (Rsyslog server = Rsyslog.relp(directory)) {
      server.start();
      var rounds = new OutageRounds(server, 3 * (int) Deep.count(1, 10, 70), 1_500);
      rounds.send(TestPlugins.relp(server.place("127.0.0.1"), "window=" + WINDOW));
      List<Long> numbers = server.messages().stream().map(RsyslogTest::number).toList();
      rounds.assertAllArrived(numbers, WINDOW);
    }
  }

  @Test
  void theServersNameIsGoneForATime() throws Exception {
    try (Rsyslog server = Rsyslog.tcp(directory)) {
      assertGoesOnWhenItsNameIsBack(SyslogTransportProvider.class, server);
    }
  }

  @Test
  void theNameOfARelpServerIsGoneForATime() throws Exception {
    try (Rsyslog server = Rsyslog.relp(directory)) {
      assertGoesOnWhenItsNameIsBack(RelpTransportProvider.class, server);
    }
  }

  private void assertGoesOnWhenItsNameIsBack(
      Class<? extends TransportProvider> provider, Rsyslog server) throws Exception {
    server.start();
    String said =
        NameLost.happen(provider, server, server.port(), () -> server.messages().size(), directory);
    assertThat(said).endsWith(server.place(NameLost.HOST) + ": the host is not known");
    List<String> texts =
        Await.until(server::messages, messages -> messages.size() >= NameLost.RECORDS).stream()
            .map(message -> message.substring(message.lastIndexOf("seq=")))
            .toList();
    assertThat(texts)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, NameLost.RECORDS)
                .mapToObj(i -> ListBatch.record(i).text())
                .toList());
  }

  private static long number(String message) {
    Matcher number = NUMBER.matcher(message);
    return number.find() ? Long.parseLong(number.group(1)) : 0;
  }
}
