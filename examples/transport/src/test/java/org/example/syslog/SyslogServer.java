// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/** A real server on a real port, which reads frames as RFC 6587 has them. */
final class SyslogServer implements Closeable {
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final List<Socket> clients = new ArrayList<>();

  /** Held while the server hangs. */
  private final ReentrantLock reading = new ReentrantLock();

  private ServerSocket socket;
  private Thread accepting;
  private int port;

  SyslogServer() {
    start();
  }

  int port() {
    return port;
  }

  /** The messages that have arrived, each with its header. */
  List<String> messages() {
    return List.copyOf(messages);
  }

  /** Listens, on the port that it had before. */
  void start() {
    try {
      socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      port = socket.getLocalPort();
      ServerSocket listening = socket;
      accepting = Thread.ofPlatform().daemon().start(() -> accept(listening));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket listening) {
    try {
      while (true) {
        Socket client = listening.accept();
        client.setSoLinger(true, 0); // closing it is a reset
        synchronized (clients) {
          clients.add(client);
        }
        Thread.ofPlatform().daemon().start(() -> read(client));
      }
    } catch (IOException e) {
      // stopped
    }
  }

  private void read(Socket client) {
    try (var in = new BufferedInputStream(client.getInputStream())) {
      while (true) {
        int length = length(in);
        byte[] message = in.readNBytes(length);
        if (message.length < length) {
          return; // torn by the end of the connection
        }
        messages.add(new String(message, UTF_8));
        reading.lock();
        reading.unlock();
      }
    } catch (IOException e) {
      // the client is gone, or the server was stopped
    }
  }

  private static int length(InputStream in) throws IOException {
    var digits = new StringBuilder();
    for (int c = in.read(); c != ' '; c = in.read()) {
      if (c < '0' || c > '9') {
        throw new EOFException("no frame begins with " + c);
      }
      digits.append(new String(new byte[] {(byte) c}, US_ASCII));
    }
    return Integer.parseInt(digits.toString());
  }

  /** Reads nothing any more; the thread that calls this has to call {@link #resume}. */
  void stall() {
    reading.lock();
  }

  void resume() {
    reading.unlock();
  }

  /** Ends as a process ends that was killed: connections are reset. */
  void stop() {
    try {
      socket.close();
      accepting.join(); // the port is free when it has left the socket, too
      synchronized (clients) {
        for (Socket client : clients) {
          client.close();
        }
        clients.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    stop();
  }
}
