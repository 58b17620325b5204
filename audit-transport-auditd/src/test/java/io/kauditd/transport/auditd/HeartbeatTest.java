// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.StandStill;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection with nothing to send, and a real auditd at its other end. */
class HeartbeatTest {
  @TempDir Path directory;

  /** What the transport tells the engine while nobody calls it. */
  private static final class Told extends NoEngine {
    private final List<String> reasons = new CopyOnWriteArrayList<>();

    @Override
    public void disconnect(String reason) {
      reasons.add(reason);
    }
  }

  private final Told told = new Told();

  private void open(Transport transport) throws Exception {
    Await.until(() -> transport.open(told), OpenResult.connected()::equals);
  }

  /** The daemon closes what was silent for a second; so it does to a connection beside this one. */
  @Test
  void aSilentConnectionIsKept() throws Exception {
    try (var auditd = new Auditd(directory, "tcp_client_max_idle = 1\n");
        Transport transport = TestPlugins.transport(auditd.place(), "heartbeat=200ms")) {
      auditd.start();
      open(transport);
      assertThat(transport.send(ListBatch.of(ListBatch.record(1)))).isEqualTo(SendResult.sent(1));
      for (int i = 0; i < 2; i++) {
        awaitThatASilentOneIsClosed(auditd.port());
      }
      assertThat(told.reasons).isEmpty();
      assertThat(transport.send(ListBatch.of(ListBatch.record(2)))).isEqualTo(SendResult.sent(1));
      assertThat(auditd.lines()).hasSize(2);
    }
  }

  private static void awaitThatASilentOneIsClosed(int port) throws Exception {
    try (var silent = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** Without heartbeats it is closed, which is told before the next record comes. */
  @Test
  void aConnectionThatTheDaemonHasClosedIsNoticed() throws Exception {
    try (var auditd = new Auditd(directory, "tcp_client_max_idle = 1\n");
        Transport transport = TestPlugins.transport(auditd.place(), "heartbeat=10s")) {
      auditd.start();
      open(transport);
      Await.until(() -> told.reasons, reasons -> !reasons.isEmpty());
      assertThat(told.reasons)
          .containsExactly("audit daemon " + auditd.place() + ": the server closed the connection");
      open(transport);
      assertThat(transport.send(ListBatch.of(ListBatch.record(1)))).isEqualTo(SendResult.sent(1));
    }
  }

  /** After SIGSTOP the system keeps the connection, and nobody answers. */
  @Test
  void aDaemonThatHangsIsNoticed() throws Exception {
    try (var auditd = new Auditd(directory);
        Transport transport =
            TestPlugins.transport(auditd.place(), "heartbeat=200ms", "ack-timeout=1s")) {
      auditd.start();
      open(transport);
      StandStill.begin(auditd.pid());
      Await.until(() -> told.reasons, reasons -> !reasons.isEmpty());
      assertThat(told.reasons)
          .containsExactly("audit daemon " + auditd.place() + ": no answer to a heartbeat for 1 s");
      StandStill.end(auditd.pid());
      open(transport);
      assertThat(transport.send(ListBatch.of(ListBatch.record(1)))).isEqualTo(SendResult.sent(1));
    }
  }

  /** The source takes a heartbeat for a sign of life, as auditd does. */
  @Test
  void theSourceKeepsAHostThatSendsThem() throws Exception {
    int port = Ports.free();
    try (var collector = new Collector(port, new CopyOnWriteArrayList<>(), "idle-timeout=1s");
        Transport transport = TestPlugins.transport("127.0.0.1:" + port, "heartbeat=200ms")) {
      open(transport);
      for (int i = 0; i < 2; i++) {
        awaitThatASilentOneIsClosed(port);
      }
      assertThat(told.reasons).isEmpty();
      assertThat(collector.problems()).isEmpty();
    }
  }
}
