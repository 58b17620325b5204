// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Asks running instances for their status. */
public final class StatusClient {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int MAX_BYTES = 1 << 20;

  private final List<ControlDirectory> places;
  private final Duration patience;

  public StatusClient(ControlDirectory directory) {
    this(directory, PATIENCE);
  }

  public StatusClient(ControlDirectory directory, Duration patience) {
    this(List.of(directory), patience);
  }

  /** A client that looks in several places. */
  public StatusClient(List<ControlDirectory> places) {
    this(places, PATIENCE);
  }

  private StatusClient(List<ControlDirectory> places, Duration patience) {
    this.places = places;
    this.patience = patience;
  }

  /**
   * What one instance said.
   *
   * @param pid its process
   * @param json its document, on one line
   */
  public record Answer(long pid, String json) {}

  /**
   * What all of them said.
   *
   * @param answers those that answered, by process
   * @param silent those that run but do not answer, and why, by process; those of other users are
   *     among them only if nobody answers
   */
  public record Replies(List<Answer> answers, SortedMap<Long, String> silent) {}

  /**
   * Asks all running instances at the same time, so that one that is stopped does not delay the
   * others. Deletes sockets of processes that are gone.
   *
   * @throws IOException if a directory is not safe
   */
  public Replies askAll() throws IOException {
    var answers = new ConcurrentSkipListMap<Long, Answer>();
    var silent = new ConcurrentSkipListMap<Long, String>();
    var foreign = new ConcurrentSkipListMap<Long, String>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ControlDirectory directory : places) {
        for (long pid : directory.pids()) {
          threads.execute(() -> {
            try {
              ask(directory, pid).ifPresent(answer -> answers.put(pid, answer));
            } catch (NotPermitted e) {
              foreign.put(pid, String.valueOf(e.getMessage()));
            } catch (IOException e) {
              silent.put(pid, String.valueOf(e.getMessage()));
            }
          });
        }
      }
    }
    boolean mayHideForeign = places.size() > 1 && !(answers.isEmpty() && silent.isEmpty());
    if (!mayHideForeign) {
      silent.putAll(foreign);
    }
    return new Replies(List.copyOf(answers.values()), silent);
  }

  /**
   * Asks one instance; nothing if it does not run.
   *
   * @throws IOException if it does not answer
   */
  public Optional<Answer> ask(long pid) throws IOException {
    for (ControlDirectory directory : places) {
      Optional<Answer> answer = ask(directory, pid);
      if (answer.isPresent()) {
        return answer;
      }
    }
    return Optional.empty();
  }

  private Optional<Answer> ask(ControlDirectory directory, long pid) throws IOException {
    Path socket = directory.socketOf(pid);
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try (channel) {
      try {
        channel.configureBlocking(false); // one that accepts nobody has room for a few that wait
        channel.connect(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        if (ProcessHandle.of(pid).isEmpty()) {
          directory.clearAway(pid); // left behind by a process that was killed
          return Optional.empty();
        }
        if (isRefused(e)) {
          return Optional.empty(); // somebody else has the number now
        }
        if (String.valueOf(e.getMessage()).contains("denied")) {
          throw new NotPermitted(pid, e);
        }
        throw new IOException("process " + pid + " does not answer", e);
      }
      String json = readAll(channel, pid).strip();
      return json.isEmpty() ? Optional.empty() : Optional.of(new Answer(pid, json));
    }
  }

  private static boolean isRefused(IOException e) {
    return e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused");
  }

  /** An instance of another user, which this user may not ask. */
  private static final class NotPermitted extends IOException {
    private static final long serialVersionUID = 1L;

    NotPermitted(long pid, IOException cause) {
      super(
          "process "
              + pid
              + " may not be asked by this user; 'audit run --status-group' lets a group ask",
          cause);
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
