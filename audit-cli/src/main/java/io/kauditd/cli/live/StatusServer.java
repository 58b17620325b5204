// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Reports the state of a run to {@code audit status} and {@code audit top}: a client of the control
 * socket gets one JSON document, and the connection is closed.
 */
public final class StatusServer implements AutoCloseable {
  /** It asks nothing of its clients, and a document fits in the buffer of the socket. */
  private static final BoundedServer.Bounds BOUNDS =
      new BoundedServer.Bounds(16, 1 << 10, Duration.ofSeconds(5));

  private final BoundedServer server;
  private final Path socket;

  /**
   * Opens the control socket of this process.
   *
   * @throws IOException if that is not possible; the run can go on without
   */
  public static StatusServer open(ControlDirectory directory, Supplier<String> document)
      throws IOException {
    directory.prepare();
    Path socket = directory.socketOf(ProcessHandle.current().pid());
    ServerSocketChannel channel = directory.bind(socket);
    BoundedServer server =
        BoundedServer.start(
            "status",
            channel,
            BOUNDS,
            (request, isAll) -> (document.get() + "\n").getBytes(StandardCharsets.UTF_8),
            () -> {});
    return new StatusServer(server, socket);
  }

  private StatusServer(BoundedServer server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  public BoundedServer.Counts counts() {
    return server.counts();
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(socket);
    server.close();
  }
}
