// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks running instances for their status. */
final class StatusClient {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MAX_BYTES = 1 << 20;

  private final ControlDirectory directory;
  private final Duration patience;

  StatusClient(ControlDirectory directory) {
    this(directory, PATIENCE);
  }

  StatusClient(ControlDirectory directory, Duration patience) {
    this.directory = directory;
    this.patience = patience;
  }

  /**
   * What one instance said.
   *
   * @param pid its process
   * @param json its document, on one line
   */
  record Answer(long pid, String json) {}

  /**
   * Asks every instance that runs. Sockets of processes that are gone are cleared away.
   *
   * @throws IOException if the directory is not as it should be, or an instance does not answer
   */
  List<Answer> askAll() throws IOException {
    var answers = new ArrayList<Answer>();
    for (long pid : directory.pids()) {
      ask(pid).ifPresent(answers::add);
    }
    return answers;
  }

  /**
   * Asks one instance; nothing if it does not run.
   *
   * @throws IOException if it does not answer
   */
  Optional<Answer> ask(long pid) throws IOException {
    Path socket = directory.socketOf(pid);
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try (channel) {
      try {
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        if (ProcessHandle.of(pid).isEmpty()) {
          Files.deleteIfExists(socket); // left behind by a process that was killed
        }
        return Optional.empty();
      }
      String json = readAll(channel, pid).strip();
      return json.isEmpty() ? Optional.empty() : Optional.of(new Answer(pid, json));
    }
  }

  private String readAll(SocketChannel channel, long pid) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(8192);
    long endNs = System.nanoTime() + patience.toNanos();
    channel.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_READ);
      while (bytes.size() < MAX_BYTES) {
        long leftMs = (endNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          throw new IOException("process " + pid + " does not answer");
        }
        selector.select(leftMs);
        selector.selectedKeys().clear();
        buffer.clear();
        int read = channel.read(buffer);
        if (read < 0) {
          break;
        }
        bytes.write(buffer.array(), 0, read);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
