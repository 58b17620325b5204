// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the clients of a socket, one answer each, on one thread that waits for none of them. The
 * descriptors, memory and time of the clients are limited. If there are too many clients, the
 * oldest is disconnected. A client that asks and reads is done in a moment, so it gets its answer
 * even if many others only hold connections. Clients that were disconnected without an answer are
 * counted.
 */
final class BoundedServer implements AutoCloseable {
  /** Makes the answers. Called on the server's thread, so it must be quick. */
  interface Protocol {
    /**
     * The answer to what a client has sent so far, null while more has to come.
     *
     * @param isAll whether no more can be taken
     */
    byte @Nullable [] answer(ByteBuffer request, boolean isAll);
  }

  /**
   * The limits for clients.
   *
   * @param connections maximum number at a time
   * @param requestBytes maximum length of a request
   * @param time maximum duration of a connection
   */
  record Bounds(int connections, int requestBytes, Duration time) {}

  /**
   * What happened to the clients.
   *
   * @param answered they were sent their whole answer
   * @param refused they were disconnected without one, because they were too slow or too many
   */
  public record Counts(long answered, long refused) {}

  private static final Logger LOG = LoggerFactory.getLogger(BoundedServer.class);
  private static final long ACCEPT_PAUSE_NS = 100_000_000;
  private static final long TICK_NS = 1_000_000_000;

  private final ServerSocketChannel server;
  private final Bounds bounds;
  private final Protocol protocol;
  private final Runnable tick;
  private final Selector selector;
  private final Thread thread;
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean closed;

  // The thread's own.
  private final LinkedHashSet<Client> clients = new LinkedHashSet<>(); // the oldest first
  private long acceptAgainNs;
  private boolean pausing;

  /**
   * Serves from now on.
   *
   * @param server bound; the server closes it
   * @param tick is called about once a second
   */
  static BoundedServer start(
      String name, ServerSocketChannel server, Bounds bounds, Protocol protocol, Runnable tick)
      throws IOException {
    var bounded = new BoundedServer(name, server, bounds, protocol, tick);
    bounded.thread.start();
    return bounded;
  }

  private BoundedServer(
      String name, ServerSocketChannel server, Bounds bounds, Protocol protocol, Runnable tick)
      throws IOException {
    this.server = server;
    this.bounds = bounds;
    this.protocol = protocol;
    this.tick = tick;
    server.configureBlocking(false);
    this.selector = Selector.open();
    server.register(selector, SelectionKey.OP_ACCEPT);
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
  }

  Counts counts() {
    return new Counts(answered.get(), refused.get());
  }

  private void run() {
    long tickNs = System.nanoTime();
    try {
      while (!closed) {
        selector.select(this::serve, waitMs());
        long nowNs = System.nanoTime();
        expire(nowNs);
        acceptAgain(nowNs);
        if (nowNs - tickNs >= TICK_NS) {
          tickNs = nowNs;
          tick.run();
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} is not served any more: {}", thread.getName(), e.toString());
    } finally {
      clients.forEach(Client::closeQuietly);
      closeQuietly(server);
      closeQuietly(selector);
    }
  }

  private long waitMs() {
    long nowNs = System.nanoTime();
    long waitNs = TICK_NS;
    if (!clients.isEmpty()) {
      waitNs = Math.min(waitNs, clients.getFirst().endNs - nowNs);
    }
    if (pausing) {
      waitNs = Math.min(waitNs, acceptAgainNs - nowNs);
    }
    return Math.max(1, waitNs / 1_000_000);
  }

  private void serve(SelectionKey key) {
    if (key.attachment() instanceof Client client) {
      try {
        client.serve(key);
      } catch (IOException e) {
        leave(client); // it went without a word
      } catch (RuntimeException e) {
        LOG.warn("{}: a client cannot be answered: {}", thread.getName(), e.toString());
        leave(client);
      }
    } else {
      accept(key);
    }
  }

  private void accept(SelectionKey key) {
    try {
      SocketChannel channel = server.accept();
      if (channel == null) {
        return;
      }
      if (clients.size() >= bounds.connections()) {
        leave(clients.getFirst());
      }
      channel.configureBlocking(false);
      var client = new Client(channel);
      clients.add(client);
      SelectionKey own = channel.register(selector, SelectionKey.OP_READ, client);
      serve(own, client);
    } catch (IOException e) {
      // No descriptors, for example. The client waits in the socket's queue; do not spin meanwhile.
      LOG.debug("{}: no client can be accepted", thread.getName(), e);
      pausing = true;
      acceptAgainNs = System.nanoTime() + ACCEPT_PAUSE_NS;
      key.interestOps(0);
    }
  }

  /** A client may be answered before it has said anything. */
  private void serve(SelectionKey key, Client client) {
    try {
      client.answer(key, false);
    } catch (IOException e) {
      leave(client);
    } catch (RuntimeException e) {
      LOG.warn("{}: a client cannot be answered: {}", thread.getName(), e.toString());
      leave(client);
    }
  }

  private void acceptAgain(long nowNs) {
    SelectionKey key = server.keyFor(selector);
    if (pausing && acceptAgainNs - nowNs <= 0 && key != null) {
      pausing = false;
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  private void expire(long nowNs) {
    Iterator<Client> oldest = clients.iterator();
    while (oldest.hasNext()) {
      Client client = oldest.next();
      if (client.endNs - nowNs > 0) {
        return;
      }
      oldest.remove();
      client.end();
    }
  }

  private void leave(Client client) {
    if (clients.remove(client)) {
      client.end();
    }
  }

  private static void closeQuietly(AutoCloseable channel) {
    try {
      channel.close();
    } catch (Exception e) {
      LOG.debug("cannot be closed", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One client, from its request to its end. */
  private final class Client {
    final SocketChannel channel;
    final long endNs = System.nanoTime() + bounds.time().toNanos();
    private final ByteBuffer request = ByteBuffer.allocate(bounds.requestBytes());
    private @Nullable ByteBuffer answer;
    private boolean done;

    Client(SocketChannel channel) {
      this.channel = channel;
    }

    void serve(SelectionKey key) throws IOException {
      if (done) {
        request.clear();
        if (channel.read(request) < 0) { // it has read everything
          leave(this);
        }
      } else if (answer != null) {
        write(key);
      } else {
        int count = channel.read(request);
        if (count < 0) {
          leave(this);
        } else {
          answer(key, !request.hasRemaining());
        }
      }
    }

    void answer(SelectionKey key, boolean isAll) throws IOException {
      byte[] said = protocol.answer(request.duplicate().flip(), isAll);
      if (said != null) {
        answer = ByteBuffer.wrap(said);
        key.interestOps(SelectionKey.OP_WRITE);
        write(key);
      } else if (isAll) {
        leave(this);
      }
    }

    private void write(SelectionKey key) throws IOException {
      ByteBuffer rest = answer;
      if (rest == null) {
        return;
      }
      channel.write(rest);
      if (!rest.hasRemaining()) {
        done = true;
        answered.incrementAndGet();
        channel.shutdownOutput(); // and let it read: a close here could take the answer back
        key.interestOps(SelectionKey.OP_READ);
      }
    }

    void end() {
      if (!done) {
        refused.incrementAndGet();
      }
      closeQuietly();
    }

    void closeQuietly() {
      BoundedServer.closeQuietly(channel);
    }
  }
}
