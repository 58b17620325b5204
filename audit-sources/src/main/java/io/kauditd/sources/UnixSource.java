// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Records from the lines that clients send to a Unix stream socket, one line a record. One thread
 * serves all clients: while the engine lets a producer wait, the clients wait too, in their own
 * sends. Lines of one client stay in order.
 *
 * @since 0.1.0
 */
public final class UnixSource implements RecordSource {
  /** Who may connect. */
  public enum Access {
    /** The user who runs this. */
    OWNER("rw-------"),
    /** The user's group as well. */
    GROUP("rw-rw----"),
    /** Everyone on this machine. */
    ALL("rw-rw-rw-");

    private final String permissions;

    Access(String permissions) {
      this.permissions = permissions;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** After a close, at most so much is still read of what a client had sent. */
  private static final int LAST_CHUNKS = 32;

  private static final long ACCEPT_PAUSE_MS = 100;
  private static final long FOREVER = 0; // to a selector

  private final Path path;
  private final Access access;
  private final int maxClients;
  private final int plainType;
  private final Stop stop = new Stop();
  private volatile @Nullable Selector selector;
  private int clientsSoFar;
  private int clients;

  /** The last attempt to accept a client failed: the next one comes after a pause. */
  private boolean acceptFailed;

  private boolean acceptFailureSaid;

  /**
   * A socket to listen on.
   *
   * @param maxClients clients that are served at a time; more wait until one goes
   * @param plainType the type of records made of lines that are not in the audit format
   */
  public UnixSource(Path path, Access access, int maxClients, int plainType) {
    this.path = path;
    this.access = access;
    this.maxClients = maxClients;
    this.plainType = plainType;
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    var records = new LineRecords(sink, plainType, System::currentTimeMillis);
    try (Selector opened = Selector.open();
        var socket =
            new UnixSocketFile(path, PosixFilePermissions.fromString(access.permissions))) {
      selector = opened;
      SelectionKey listening = socket.channel().register(opened, SelectionKey.OP_ACCEPT);
      try {
        while (!stop.isStopped()) {
          boolean accepts = clients < maxClients && !acceptFailed;
          listening.interestOps(accepts ? SelectionKey.OP_ACCEPT : 0);
          long pauseMs = acceptFailed ? ACCEPT_PAUSE_MS : FOREVER;
          acceptFailed = false;
          opened.select(key -> serve(key, records), pauseMs);
        }
      } finally {
        opened.keys().forEach(this::finish);
      }
    } catch (IOException e) {
      throw Failures.of("listen on " + path, e);
    } finally {
      selector = null;
    }
  }

  private void serve(SelectionKey key, LineRecords records) {
    if (!(key.attachment() instanceof LineSplitter lines)) {
      accept(key, records);
    } else if (read(key, lines) < 0) {
      leave(key, lines);
    }
  }

  private void accept(SelectionKey listening, LineRecords records) {
    try {
      SocketChannel client = ((ServerSocketChannel) listening.channel()).accept();
      if (client != null) {
        clients++;
        clientsSoFar++;
        acceptFailureSaid = false;
        var name = new LineName("client " + clientsSoFar + ", ");
        client.configureBlocking(false);
        client.register(
            listening.selector(),
            SelectionKey.OP_READ,
            new LineSplitter(records, name, LineSplitter.SMALL_CHUNK_BYTES));
      }
    } catch (IOException e) {
      acceptFailed = true;
      if (!acceptFailureSaid) { // there may be no file descriptors left for long
        acceptFailureSaid = true;
        records.sink().problem("a client could not connect to " + path + ": " + e.getMessage());
      }
    }
  }

  /** Reads one chunk and returns its size, -1 if the client has gone. */
  private static int read(SelectionKey key, LineSplitter lines) {
    try {
      int count = ((SocketChannel) key.channel()).read(lines.room());
      lines.read(Math.max(count, 0));
      return count;
    } catch (IOException e) {
      return -1; // it went without a word; what it sent is here
    }
  }

  private void leave(SelectionKey key, LineSplitter lines) {
    lines.end();
    clients--;
    closeQuietly(key);
  }

  /** Takes what a client has sent before the source was closed. */
  private void finish(SelectionKey key) {
    if (key.attachment() instanceof LineSplitter lines) {
      int chunks = LAST_CHUNKS;
      while (chunks-- > 0 && read(key, lines) > 0) {
        // the condition does it
      }
      leave(key, lines);
    }
  }

  private static void closeQuietly(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // It was only read from: there is nothing that could be lost, and nobody to tell.
    }
  }

  @Override
  public void close() {
    stop.now();
    Selector waiting = selector;
    if (waiting != null) {
      waiting.wakeup();
    }
  }
}
