// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records from the lines that clients send to a Unix stream socket, one line a record. One thread
 * serves all clients. While the engine makes a producer wait, the clients wait too, in their own
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

  /** Who may send records of types that belong to the kernel or the audit daemon. */
  public enum KernelTypes {
    /** Root, and the user who runs this. */
    OWNER,
    /** Everyone who may connect. */
    ALL,
    /** Nobody. */
    NONE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** After a close, at most this much is still read of what a client has sent. */
  private static final int LAST_CHUNKS = 32;

  private static final long ACCEPT_PAUSE_MS = 100;
  private static final long FOREVER = 0; // to a selector

  private final Builder settings;
  private final Stop stop = new Stop();
  private final Set<Client> clients = new LinkedHashSet<>(); // who sent something last stands last
  private volatile @Nullable Selector selector;
  private int clientsSoFar;

  /** The last attempt to accept a client failed: the next one comes after a pause. */
  private boolean acceptFailed;

  private boolean acceptFailureSaid;

  /**
   * A socket to listen on.
   *
   * @param maxClients maximum number of clients at a time; more wait until one disconnects
   * @param rules how its lines are taken
   */
  public UnixSource(Path path, Access access, int maxClients, LineRules rules) {
    this(builder(path).access(access).maxClients(maxClients).rules(rules));
  }

  private UnixSource(Builder settings) {
    this.settings = settings;
  }

  /**
   * Starts to build a socket at {@code path}. Only its owner may connect, unless it is told
   * otherwise.
   */
  public static Builder builder(Path path) {
    return new Builder(path);
  }

  /** Builds a {@link UnixSource}. */
  public static final class Builder {
    final Path path;
    Access access = Access.OWNER;
    int maxClients = 256;
    int maxClientsPerUser;
    Set<String> users = Set.of();
    KernelTypes kernelTypes = KernelTypes.OWNER;
    Duration idleTimeout = Duration.ZERO;
    LineRules rules = LineRules.of(RecordType.TRUSTED_APP);

    private Builder(Path path) {
      this.path = path;
    }

    /** Who may connect. Default: the owner. */
    public Builder access(Access who) {
      this.access = who;
      return this;
    }

    /** Maximum number of clients at a time; more wait until one disconnects. Default: 256. */
    public Builder maxClients(int most) {
      this.maxClients = most;
      return this;
    }

    /**
     * Maximum number of clients of one user at a time, except root and the owner; more are refused.
     * 0, the default, is half of {@link #maxClients}.
     */
    public Builder maxClientsPerUser(int most) {
      this.maxClientsPerUser = most;
      return this;
    }

    /** The users that may send, by name or number; all others are refused. Default: all. */
    public Builder users(Set<String> namesOrNumbers) {
      this.users = Set.copyOf(namesOrNumbers);
      return this;
    }

    /** Who may send types that are the kernel's. Default: root and the owner. */
    public Builder kernelTypes(KernelTypes whose) {
      this.kernelTypes = whose;
      return this;
    }

    /** A client that sends nothing for this long is disconnected; 0, the default, for never. */
    public Builder idleTimeout(Duration longest) {
      this.idleTimeout = longest;
      return this;
    }

    /**
     * How lines are read. By default they may have any form, and lines that are no records become
     * TRUSTED_APP.
     */
    public Builder rules(LineRules rules) {
      this.rules = rules;
      return this;
    }

    int clientsPerUser() {
      return maxClientsPerUser > 0 ? maxClientsPerUser : Math.max(1, maxClients / 2);
    }

    /** All users but root and the owner together: a few of them cannot lock these two out. */
    int clientsOfOthers() {
      return maxClients - maxClients / 4;
    }

    /** Makes the source. */
    public UnixSource build() {
      return new UnixSource(this);
    }
  }

  /** A client, and when it last sent something. */
  private static final class Client {
    final SelectionKey key;
    final LineRecords records;
    final LineSplitter lines;
    final @Nullable UserPrincipal user;
    long lastNs = System.nanoTime();

    Client(
        SelectionKey key, LineRecords records, LineSplitter lines, @Nullable UserPrincipal user) {
      this.key = key;
      this.records = records;
      this.lines = lines;
      this.user = user;
    }
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    Path path = settings.path;
    try (Selector opened = Selector.open();
        var socket =
            new UnixSocketFile(
                path, PosixFilePermissions.fromString(settings.access.permissions))) {
      var rules = new UnixClients(settings, path);
      selector = opened;
      SelectionKey listening = socket.channel().register(opened, SelectionKey.OP_ACCEPT);
      try {
        while (!stop.isStopped()) {
          boolean accepts = clients.size() < settings.maxClients && !acceptFailed;
          listening.interestOps(accepts ? SelectionKey.OP_ACCEPT : 0);
          long pauseMs = acceptFailed ? ACCEPT_PAUSE_MS : untilIdleMs();
          acceptFailed = false;
          opened.select(key -> serve(key, sink, rules), pauseMs);
          sendIdleAway(rules);
        }
      } finally {
        opened.keys().forEach(key -> finish(key, rules));
      }
    } catch (IOException e) {
      throw Failures.of("listen on " + path, e);
    } finally {
      selector = null;
    }
  }

  /** The time until the client that has been silent longest has been so for too long. */
  private long untilIdleMs() {
    if (settings.idleTimeout.isZero() || clients.isEmpty()) {
      return FOREVER;
    }
    long idleNs = System.nanoTime() - clients.iterator().next().lastNs;
    return Math.max(1, (settings.idleTimeout.toNanos() - idleNs) / 1_000_000 + 1);
  }

  private void sendIdleAway(UnixClients rules) {
    while (!settings.idleTimeout.isZero() && !clients.isEmpty()) {
      Client oldest = clients.iterator().next();
      if (System.nanoTime() - oldest.lastNs < settings.idleTimeout.toNanos()) {
        return;
      }
      leave(oldest, rules);
    }
  }

  private void serve(SelectionKey key, RecordSink sink, UnixClients rules) {
    if (!(key.attachment() instanceof Client client)) {
      accept(key, sink, rules);
    } else {
      int count = read(client);
      if (count < 0) {
        leave(client, rules);
      } else if (count > 0) {
        client.lastNs = System.nanoTime();
        if (!settings.idleTimeout.isZero()) {
          clients.remove(client);
          clients.add(client);
        }
      }
    }
  }

  private void accept(SelectionKey listening, RecordSink sink, UnixClients rules) {
    try {
      SocketChannel channel = ((ServerSocketChannel) listening.channel()).accept();
      if (channel == null) {
        return;
      }
      clientsSoFar++;
      acceptFailureSaid = false;
      UserPrincipal user = UnixClients.userOf(channel);
      String name = "client " + clientsSoFar;
      String refusal = rules.connect(user);
      if (refusal != null) {
        sink.problem(
            name + ": user " + (user == null ? "unknown" : user.getName()) + " " + refusal);
        channel.close();
        return;
      }
      SelectionKey key = register(channel, listening.selector(), user, rules);
      var records =
          new LineRecords(
              rules.sinkFor(user, name, sink), settings.rules, false, System::currentTimeMillis);
      var lines =
          new LineSplitter(records, new LineName(name + ", "), LineSplitter.SMALL_CHUNK_BYTES);
      var client = new Client(key, records, lines, user);
      key.attach(client);
      clients.add(client);
    } catch (IOException e) {
      acceptFailed = true;
      if (!acceptFailureSaid) { // there may be no file descriptors left for long
        acceptFailureSaid = true;
        sink.problem("a client could not connect to " + settings.path + ": " + e.getMessage());
      }
    }
  }

  private static SelectionKey register(
      SocketChannel channel, Selector selector, @Nullable UserPrincipal user, UnixClients rules)
      throws IOException {
    try {
      channel.configureBlocking(false);
      return channel.register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      rules.disconnect(user);
      channel.close();
      throw e;
    }
  }

  /** Reads one chunk and returns its size, -1 if the client has gone. */
  private static int read(Client client) {
    try {
      int count = ((SocketChannel) client.key.channel()).read(client.lines.room());
      client.lines.read(Math.max(count, 0));
      return count;
    } catch (IOException e) {
      return -1; // it went without a word; what it sent is here
    }
  }

  private void leave(Client client, UnixClients rules) {
    if (clients.remove(client)) {
      client.lines.end();
      client.records.end();
      rules.disconnect(client.user);
      closeQuietly(client.key);
    }
  }

  /** Takes what a client has sent before the source was closed. */
  private void finish(SelectionKey key, UnixClients rules) {
    if (key.attachment() instanceof Client client) {
      int chunks = LAST_CHUNKS;
      while (chunks-- > 0 && read(client) > 0) {
        // the condition does it
      }
      leave(client, rules);
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
  public List<String> check() {
    try {
      UnixSocketFile.check(settings.path);
      UnixClients.allowed(settings);
      return List.of();
    } catch (IOException e) {
      return List.of(String.valueOf(Failures.of("listen on " + settings.path, e).getMessage()));
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
