// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.plugin.FailedOpen;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be wrong: one sentence that names it, and it goes on by itself when it is not. */
class BadDaysTest {
  @Test
  void nobodyListens() throws Exception {
    String place = "127.0.0.1:" + Ports.free();
    assertThat(FailedOpen.reason(TestPlugins.transport(place)))
        .isEqualTo("audit daemon " + place + ": Connection refused");
  }

  @Test
  void theHostIsNotKnown() {
    assertThat(FailedOpen.reason(TestPlugins.transport("no-such-host.invalid:60")))
        .startsWith("audit daemon no-such-host.invalid:60: ")
        .containsAnyOf("the host is not known", "no name server answers");
  }

  /** The system takes the connection, and no process ever reads of it, as after SIGSTOP. */
  @Test
  void theDaemonSwallowsEverything() throws Exception {
    try (var deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertThat(FailedOpen.reason(TestPlugins.transport("127.0.0.1:" + deaf.getLocalPort())))
          .endsWith(": the daemon does not answer");
    }
  }

  /** So it does to a host of which it has enough connections, or that it does not let in. */
  @Test
  void theDaemonLetsNobodyIn() throws Exception {
    assertThat(whyNotFrom(""))
        .endsWith(
            ": the daemon closed the connection at once; see its tcp_max_per_addr,"
                + " tcp_client_ports and hosts.allow");
  }

  @Test
  void somebodyElseListensThere() throws Exception {
    assertThat(whyNotFrom("SSH-2.0-OpenSSH_9.2p1\r\n"))
        .endsWith(": no audit daemon is there: what it sends does not begin as a frame does");
  }

  private static String whyNotFrom(String said) throws Exception {
    try (var socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answering =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try (Socket client = socket.accept();
                    OutputStream out = client.getOutputStream()) {
                  client.getInputStream().readNBytes(16); // else the end is a reset
                  out.write(said.getBytes(US_ASCII));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      String reason =
          FailedOpen.reason(TestPlugins.transport("127.0.0.1:" + socket.getLocalPort()));
      answering.join();
      return reason;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x60000001, disk full, the server says 'disk full'",
    "0x60000001, '', the server says that its disk is full",
    "0x60000002, remote logging suspended, the server says 'remote logging suspended'",
    "0x60000002, '', the server says that its disk has failed",
    "0x60000077, '', the server says no (60000077)",
  })
  void theDaemonCannotTakeARecordAndLaterItCan(String type, String said, String words)
      throws Exception {
    try (var daemon = new TestDaemon();
        Transport transport = TestPlugins.transport(daemon.place())) {
      assertThat(transport.open(new NoEngine())).isEqualTo(OpenResult.connected());
      daemon.answer(Integer.decode(type), said);
      SendResult result = transport.send(ListBatch.of(ListBatch.record(1), ListBatch.record(2)));
      assertThat(result.taken()).isZero();
      assertThat(result.error()).isEqualTo(SendError.EAGAIN);
      assertThat(result.reason()).isEqualTo("audit daemon " + daemon.place() + ": " + words);
      daemon.answer(0x4000_0000, "");
      assertThat(sentAtLast(transport, ListBatch.record(1), ListBatch.record(2))).isEqualTo(2);
      assertThat(daemon.texts()).contains(ListBatch.record(1).text(), ListBatch.record(2).text());
    }
  }

  /** The answers to what was sent before may still be refusals. */
  private static int sentAtLast(Transport transport, AuditRecord... records) {
    int taken = 0;
    for (int i = 0; taken < records.length && i < 10; i++) {
      AuditRecord[] rest = Arrays.copyOfRange(records, taken, records.length);
      taken += transport.send(ListBatch.of(rest)).taken();
    }
    return taken;
  }

  /** A warning comes with what was taken. */
  @Test
  void theDaemonsDiskGetsLow() throws Exception {
    try (var daemon = new TestDaemon();
        Transport transport = TestPlugins.transport(daemon.place())) {
      assertThat(transport.open(new NoEngine())).isEqualTo(OpenResult.connected());
      daemon.answer(0x5000_0001, "");
      assertThat(transport.send(ListBatch.of(ListBatch.record(1)))).isEqualTo(SendResult.sent(1));
    }
  }

  @Test
  void theDaemonSaysThatItEnds() throws Exception {
    try (var daemon = new TestDaemon();
        Transport transport = TestPlugins.transport(daemon.place())) {
      assertThat(transport.open(new NoEngine())).isEqualTo(OpenResult.connected());
      daemon.answer(0x4000_0001, "");
      SendResult result = transport.send(ListBatch.of(ListBatch.record(1)));
      assertThat(result.error()).isEqualTo(SendError.ECONNREFUSED);
      assertThat(result.reason()).endsWith(": the daemon ends");
      transport.reset();
      daemon.answer(0x4000_0000, "");
      assertThat(transport.open(new NoEngine())).isEqualTo(OpenResult.connected());
      assertThat(transport.send(ListBatch.of(ListBatch.record(1)))).isEqualTo(SendResult.sent(1));
    }
  }

  @Test
  void aRecordThatIsTooLongIsRejectedAndTheNextOneGoes() throws Exception {
    try (var daemon = new TestDaemon();
        Transport transport = TestPlugins.transport(daemon.place())) {
      AuditRecord large = AuditRecord.of(1112, 1642555588000L, 1, "x".repeat(8_960));
      assertThat(transport.open(new NoEngine())).isEqualTo(OpenResult.connected());
      SendResult result =
          transport.send(ListBatch.of(ListBatch.record(1), large, ListBatch.record(2)));
      assertThat(result.taken()).isEqualTo(1);
      assertThat(result.error()).isEqualTo(SendError.REJECTED);
      assertThat(transport.send(ListBatch.of(ListBatch.record(2)))).isEqualTo(SendResult.sent(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"loghost", "loghost:0", "loghost:65536", ":60", "::1:60", "a b:1"})
  void aServerIsAHostAndAPort(String server) {
    assertThatThrownBy(() -> TestPlugins.transport(server))
        .isInstanceOf(PluginConfigException.class)
        .hasMessageContaining("'" + server + "' is not a host and a port");
  }

  @ParameterizedTest
  @ValueSource(strings = {"node=two words", "node=", "window=0"})
  void aSettingIsWrong(String setting) {
    assertThatThrownBy(() -> TestPlugins.transport("localhost:60", setting))
        .isInstanceOf(PluginConfigException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow=10.0.0.0/33", "allow=web1", "allow=", "acknowledge=never"})
  void aSettingOfTheSourceIsWrong(String setting) {
    assertThatThrownBy(() -> TestPlugins.source("127.0.0.1:60", setting))
        .isInstanceOf(PluginConfigException.class);
  }
}
