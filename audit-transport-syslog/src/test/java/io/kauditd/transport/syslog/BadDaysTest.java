// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.FailedOpen;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.wire.Tls;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be wrong: one sentence that names it, and it goes on by itself when it is not. */
class BadDaysTest {
  /**
   * Why a server refuses a client. With TLS 1.3 it may do so when the client thinks that all is
   * well, and what it says can be lost with the connection that it ends.
   */
  private static String refusal(Transport made) throws Exception {
    try (made) {
      return Objects.requireNonNull(Await.until(() -> refusalOrNull(made), Objects::nonNull));
    }
  }

  private static @Nullable String refusalOrNull(Transport made) throws Exception {
    OpenResult opened = made.open(new NoEngine());
    if (opened.outcome() == OpenResult.Outcome.FAILED) {
      return String.valueOf(opened.reason());
    }
    SendResult refused =
        Await.until(
            () -> made.send(ListBatch.of(ListBatch.record(1))), sent -> sent.error() != null);
    if (refused.error() == SendError.EPERM) {
      return String.valueOf(refused.reason());
    }
    made.reset();
    return null;
  }

  @Test
  void nobodyListens() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String place = "127.0.0.1:" + port;
    assertThat(FailedOpen.reason(TestPlugins.syslog(place)))
        .isEqualTo("syslog server " + place + ": Connection refused");
    assertThat(FailedOpen.reason(TestPlugins.relp(place)))
        .isEqualTo("RELP server " + place + ": Connection refused");
  }

  @Test
  void theHostIsNotKnown() {
    assertThat(FailedOpen.reason(TestPlugins.syslog("no-such-host.invalid:601")))
        .startsWith("syslog server no-such-host.invalid:601: ")
        .containsAnyOf("the host is not known", "no name server answers");
  }

  /** The system takes the connection, and no process ever reads of it. */
  @Test
  void theServerSwallowsEverything() throws Exception {
    try (var deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String place = "127.0.0.1:" + deaf.getLocalPort();
      assertThat(FailedOpen.reason(TestPlugins.relp(place)))
          .endsWith(": the server does not answer in RELP");
      assertThat(FailedOpen.reason(TestPlugins.syslog(place, "tls=true")))
          .endsWith(": no answer to the TLS handshake");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          server    | other-ca | the server's certificate comes from a CA that is not known here
          expired   | ca       | the server's certificate has expired
          elsewhere | ca       | the server's certificate is for another host (
          """)
  void theCertificateIsWrong(String certificate, String ca, String words) throws Exception {
    Pki pki = Pki.shared();
    var sockets =
        new Tls(null, pki.file(certificate + ".pem"), pki.file(certificate + ".key"), false, null)
            .load()
            .context()
            .getServerSocketFactory();
    try (var server = new TestServer(sockets, false)) {
      assertThat(
              FailedOpen.reason(
                  TestPlugins.syslog(server.place(), "tls=true", "ca=" + pki.file(ca + ".pem"))))
          .startsWith("syslog server " + server.place() + ": " + words);
    }
  }

  @Test
  void theServerWantsACertificate() throws Exception {
    Pki pki = Pki.shared();
    var sockets =
        new Tls(pki.file("ca.pem"), pki.file("server.pem"), pki.file("server.key"), false, null)
            .load()
            .context()
            .getServerSocketFactory();
    String ca = "ca=" + pki.file("ca.pem");
    try (var server = TestServer.wantingCertificates(sockets);
        Transport known =
            TestPlugins.syslog(
                server.place(),
                "tls=true",
                ca,
                "cert=" + pki.file("client.pem"),
                "key=" + pki.file("client.key"))) {
      assertThat(refusal(TestPlugins.syslog(server.place(), "tls=true", ca)))
          .contains("certificate");
      assertThat(known.open(new NoEngine())).isEqualTo(OpenResult.connected());
    }
  }

  @Test
  void theServersNameCanBeAnotherThanTheHosts() throws Exception {
    Pki pki = Pki.shared();
    var sockets =
        new Tls(null, pki.file("elsewhere.pem"), pki.file("elsewhere.key"), false, null)
            .load()
            .context()
            .getServerSocketFactory();
    try (var server = new TestServer(sockets, true);
        Transport named =
            TestPlugins.relp(
                server.place(),
                "tls=true",
                "ca=" + pki.file("ca.pem"),
                "server-name=elsewhere.example")) {
      assertThat(named.open(new NoEngine())).isEqualTo(OpenResult.connected());
      assertThat(named.send(ListBatch.of(ListBatch.record(1)))).isEqualTo(SendResult.sent(1));
      assertThat(server.texts()).containsExactly(ListBatch.record(1).text());
    }
  }

  @Test
  void itDoesNotSpeakTlsThere() throws Exception {
    try (var server = TestServer.syslog()) {
      assertThat(FailedOpen.reason(TestPlugins.syslog(server.place(), "tls=true"))).contains("TLS");
    }
  }

  @Test
  void aFileIsMissing() {
    String reason =
        FailedOpen.reason(TestPlugins.relp("localhost:2514", "tls=true", "ca=/no/such/ca.pem"));
    assertThat(reason).endsWith("cannot read /no/such/ca.pem: there is no such file");
    try (Transport checked = TestPlugins.relp("localhost:2514", "tls=true", "ca=/no/such/ca.pem")) {
      assertThat(checked.check()).as("a check says the same").containsExactly(reason);
    }
  }

  @Test
  void aRecordThatIsTooLongIsRejectedAndTheNextOneGoes() throws Exception {
    try (var server = TestServer.relp();
        Transport small = TestPlugins.relp(server.place(), "max-message-size=500")) {
      AuditRecord large = AuditRecord.of(1112, 1642555588000L, 1, "x".repeat(500));
      small.open(new NoEngine());
      SendResult result = small.send(ListBatch.of(ListBatch.record(1), large, ListBatch.record(2)));
      assertThat(result.taken()).isEqualTo(1);
      assertThat(result.error()).isEqualTo(SendError.REJECTED);
      assertThat(small.send(ListBatch.of(ListBatch.record(2)))).isEqualTo(SendResult.sent(1));
    }
  }

  /** Two records that say the same are two, told by their numbers. */
  private static void awaitSent(Transport to, AuditRecord record) throws Exception {
    Await.until(() -> to.send(ListBatch.of(record)), result -> result.equals(SendResult.sent(1)));
  }

  @Test
  void aLateAcknowledgementIsNotTakenForAnother() throws Exception {
    try (var server = TestServer.relp();
        Transport relp = TestPlugins.relp(server.place(), "send-timeout=50ms")) {
      AuditRecord first = ListBatch.record(1).withNumber(1);
      AuditRecord same = ListBatch.record(1).withNumber(2);
      relp.open(new NoEngine());
      server.stall();
      assertThat(relp.send(ListBatch.of(first)).error()).isEqualTo(SendError.EAGAIN);
      server.resume();
      awaitSent(relp, same);
      awaitSent(relp, first);
      assertThat(server.messages()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"loghost", "loghost:0", "loghost:65536", ":601", "::1:601", "a b:1"})
  void aServerIsAHostAndAPort(String server) {
    assertThatThrownBy(() -> TestPlugins.syslog(server))
        .isInstanceOf(PluginConfigException.class)
        .hasMessageContaining("'" + server + "' is not a host and a port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca=a.pem", "server-name=x", "check-host=false", "cert=a.pem"})
  void settingsOfTlsAreNotTakenWithoutIt(String setting) {
    assertThatThrownBy(() -> TestPlugins.relp("localhost:1", setting))
        .isInstanceOf(PluginConfigException.class);
  }
}
