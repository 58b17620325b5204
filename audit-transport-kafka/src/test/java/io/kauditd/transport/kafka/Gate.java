// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A port that leads to the broker's, and can be shut: connections then break, and new ones are
 * refused, as those to a broker that was killed. It opens again in a moment, which a broker does
 * not. It can also swallow what the broker answers.
 */
final class Gate implements AutoCloseable {
  private static final int CHUNK_BYTES = 64 << 10;

  private final int target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean swallows;
  private @Nullable ServerSocket server;
  private @Nullable Thread accepting;

  Gate(int port, int target) {
    this.port = port;
    this.target = target;
    open();
  }

  int port() {
    return port;
  }

  void open() {
    try {
      var listening = new ServerSocket();
      listening.setReuseAddress(true);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      server = listening;
      accepting = Thread.ofVirtual().start(() -> accept(listening));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket listening) {
    while (true) {
      try {
        Socket client = listening.accept();
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(broker);
        Thread.ofVirtual().start(() -> copy(client, broker));
        Thread.ofVirtual().start(() -> copy(broker, client));
        if (listening.isClosed()) {
          breakAll();
        }
      } catch (IOException e) {
        if (listening.isClosed()) {
          return;
        }
      }
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK_BYTES];
    try (from;
        to) {
      for (int read; (read = from.getInputStream().read(chunk)) > 0; ) {
        if (!swallows || isToBroker(to)) {
          to.getOutputStream().write(chunk, 0, read);
        }
      }
    } catch (IOException e) {
      // the other side has left
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private boolean isToBroker(Socket to) {
    return to.getPort() == target;
  }

  /** Lets through what clients say, and swallows what the broker answers, or no longer does. */
  void swallowAnswers(boolean yes) {
    swallows = yes;
    if (!yes) {
      breakAll(); // what was swallowed is missing in the middle of a stream
    }
  }

  /** Breaks all connections, and refuses new ones. */
  void shut() {
    try {
      if (server != null) {
        server.close();
      }
      if (accepting != null) {
        accepting.join(); // the port is free when it has left the socket, too
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    breakAll();
  }

  private void breakAll() {
    for (Socket each : sockets) {
      try {
        each.close();
      } catch (IOException e) {
        // it is broken already
      }
    }
  }

  @Override
  public void close() {
    shut();
  }
}
