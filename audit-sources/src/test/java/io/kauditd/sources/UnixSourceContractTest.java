// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.RecordSourceContract;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A client waits for the socket, and then sends its lines. */
class UnixSourceContractTest extends RecordSourceContract {
  private static final long POLL_NS = 2_000_000;

  @TempDir Path dir;
  private final List<Thread> clients = new ArrayList<>();

  @AfterEach
  void stopClients() throws InterruptedException {
    for (Thread client : clients) {
      client.interrupt();
      client.join();
    }
  }

  private RecordSource source(String content) {
    Path socket = dir.resolve("in.sock");
    clients.add(Thread.ofVirtual().start(() -> sendOnceItListens(socket, content)));
    return new UnixSource(
        socket, UnixSource.Access.OWNER, 10, LineRules.of(RecordType.TRUSTED_APP));
  }

  private static void sendOnceItListens(Path socket, String content) {
    while (!Thread.currentThread().isInterrupted()) {
      if (Files.exists(socket) && send(socket, content)) {
        return;
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }

  private static boolean send(Path socket, String content) {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        client.write(bytes);
      }
      return true;
    } catch (IOException e) {
      return false; // it does not listen yet, or not any more
    }
  }

  @Override
  protected RecordSource newSource(int records) {
    return source(Lines.numbered(records));
  }

  @Override
  protected String expectedText(int number) {
    return Lines.numberedText(number);
  }

  @Override
  protected boolean endsByItself() {
    return false;
  }

  @Override
  protected RecordSource newSourceWithBadInput() {
    return source("x".repeat(2 * AuditRecord.MAX_LENGTH_BYTES) + "\n" + Lines.numbered(1));
  }

  @Override
  protected Unopenable newUnopenableSource() {
    Path nowhere = dir.resolve("not-there").resolve("in.sock");
    return Unopenable.of(
        new UnixSource(nowhere, UnixSource.Access.OWNER, 10, LineRules.of(RecordType.TRUSTED_APP)),
        nowhere.toString());
  }
}
