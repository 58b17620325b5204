// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@code audit status} and {@code audit top} how a run is getting on: whoever connects to the
 * control socket gets one JSON document, and the connection is closed.
 */
final class StatusServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);

  private final ServerSocketChannel server;
  private final Path socket;
  private final Supplier<String> document;
  private final Thread thread;

  /**
   * Opens the control socket of this process.
   *
   * @throws IOException if that is not possible; the run can go on without
   */
  static StatusServer open(ControlDirectory directory, Supplier<String> document)
      throws IOException {
    directory.prepare();
    Path socket = directory.socketOf(ProcessHandle.current().pid());
    Files.deleteIfExists(socket); // of an earlier process that had this number
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    var status = new StatusServer(server, socket, document);
    status.thread.start();
    return status;
  }

  private StatusServer(ServerSocketChannel server, Path socket, Supplier<String> document) {
    this.server = server;
    this.socket = socket;
    this.document = document;
    this.thread = Thread.ofPlatform().name("status").daemon(true).unstarted(this::run);
  }

  private void run() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        write(client, document.get() + "\n");
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.debug("a client of the control socket went away", e);
      } catch (RuntimeException e) {
        LOG.warn("the status cannot be told", e);
      }
    }
  }

  private static void write(SocketChannel client, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    // A client that does not read must not hold up the next one; a document fits in the buffer.
    client.configureBlocking(false);
    while (bytes.hasRemaining()) {
      if (client.write(bytes) == 0) {
        throw new IOException("the client does not read");
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
  }
}
