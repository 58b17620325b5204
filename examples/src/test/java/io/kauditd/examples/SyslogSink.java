// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A syslog server that takes one client and reads nothing until it is told to. */
final class SyslogSink implements AutoCloseable {
  /** Small, so that a sink that does not read is noticed early. */
  private static final int RECEIVE_BYTES = 8192;

  private final ServerSocket socket = new ServerSocket();
  private final CountDownLatch reading = new CountDownLatch(1);
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::serve);

  SyslogSink() throws IOException {
    socket.setReceiveBufferSize(RECEIVE_BYTES);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    thread.start();
  }

  String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  void read() {
    reading.countDown();
  }

  /** The audit lines of all messages, once the client has closed the connection. */
  List<String> lines() throws InterruptedException {
    thread.join(60_000);
    return List.copyOf(lines);
  }

  private void serve() {
    try (Socket client = socket.accept();
        var in = new BufferedInputStream(client.getInputStream())) {
      reading.await();
      for (int length = length(in); length >= 0; length = length(in)) {
        String message = new String(in.readNBytes(length), ISO_8859_1);
        lines.add(message.substring(message.indexOf(" type=") + 1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The number that a frame begins with, -1 at the end. */
  private static int length(InputStream in) throws IOException {
    int length = in.read() - '0';
    if (length < 0) {
      return -1;
    }
    for (int c = in.read(); c != ' '; c = in.read()) {
      length = 10 * length + c - '0';
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
