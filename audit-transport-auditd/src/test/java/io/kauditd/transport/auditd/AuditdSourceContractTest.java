// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Ports;
import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.RecordSourceContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;

/** The rules for sources: a host waits for the port, and then sends its records. */
class AuditdSourceContractTest extends RecordSourceContract {
  private static final long POLL_NS = 2_000_000;

  private final List<Thread> hosts = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stopHosts() throws Exception {
    for (Thread host : hosts) {
      host.interrupt();
      host.join();
    }
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private RecordSource source(byte[] content) throws IOException {
    int port = Ports.free();
    hosts.add(Thread.ofVirtual().start(() -> sendOnceItListens(port, content)));
    return TestPlugins.source("127.0.0.1:" + port, "acknowledge=accepted");
  }

  private static void sendOnceItListens(int port, byte[] content) {
    while (!Thread.currentThread().isInterrupted()) {
      try (var host = new TestHost(port)) {
        host.send(content);
        while (!host.isSentAway()) {
          // its answers
        }
        return;
      } catch (IOException e) {
        LockSupport.parkNanos(POLL_NS); // it does not listen yet, or not any more
      }
    }
  }

  private byte[] frames(int from, int to) {
    var frames = new ByteArrayOutputStream();
    for (int number = from; number <= to; number++) {
      frames.writeBytes(
          TestHost.frame(
              number, AuditRecord.of(RecordType.USER_LOGIN, 1_000, number, expectedText(number))));
    }
    return frames.toByteArray();
  }

  @Override
  protected RecordSource newSource(int records) throws Exception {
    return source(frames(1, records));
  }

  @Override
  protected String expectedText(int number) {
    return "record " + number;
  }

  @Override
  protected boolean endsByItself() {
    return false;
  }

  @Override
  protected RecordSource newSourceWithBadInput() throws Exception {
    var content = new ByteArrayOutputStream();
    content.writeBytes(TestHost.frame(TestHost.MESSAGE, 7, new byte[] {'n', 'o', ' ', 'l', 0}));
    content.writeBytes(frames(1, 1));
    return source(content.toByteArray());
  }

  @Override
  protected Unopenable newUnopenableSource() throws Exception {
    var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    open.add(taken);
    String place = "127.0.0.1:" + taken.getLocalPort();
    return Unopenable.of(TestPlugins.source(place), place);
  }
}
