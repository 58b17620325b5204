// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.fixtures.Ports;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A collector on a real port that a test can end, and make hang, at any moment, and that says what
 * the test wants. It reads and writes the protocol by itself.
 */
final class TestDaemon implements AutoCloseable {
  private static final int HEADER = 16;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Socket> clients = new ArrayList<>();
  private final int port;
  private volatile boolean mute;
  private volatile int answer = 0x4000_0000;
  private volatile String words = "";
  private boolean stalled;
  private @Nullable ServerSocket socket;
  private @Nullable Thread accepting;

  TestDaemon() {
    try {
      this.port = Ports.free();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  String place() {
    return "127.0.0.1:" + port;
  }

  /** The lines that have arrived. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** The texts of the records that have arrived. */
  List<String> texts() {
    return lines.stream().map(TestDaemon::text).toList();
  }

  private static String text(String line) {
    int end = line.indexOf("):", line.indexOf("msg=audit(")) + "):".length();
    return line.length() > end ? line.substring(end + 1) : "";
  }

  /** Listens, on the port that it had before. */
  void start() {
    try {
      var listening = new ServerSocket();
      listening.setReuseAddress(true);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket = listening;
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
        Thread.ofPlatform().daemon().start(() -> serve(client));
      }
    } catch (IOException e) {
      // stopped
    }
  }

  private void serve(Socket client) {
    try (client;
        var in = new DataInputStream(client.getInputStream())) {
      while (true) {
        var header = ByteBuffer.wrap(bytes(in, HEADER)).order(ByteOrder.LITTLE_ENDIAN);
        if (header.getInt(0) != 0xff00_00fe) {
          throw new EOFException("no frame");
        }
        byte[] text = bytes(in, Short.toUnsignedInt(header.getShort(10)));
        boolean heartbeat = header.getInt(6) == 1;
        if (!heartbeat) {
          if (answer == 0x4000_0000) {
            lines.add(new String(text, UTF_8));
          }
          awaitResumed();
          if (mute) {
            continue;
          }
        }
        reply(client, heartbeat ? 0x4000_0000 : answer, header.getInt(12));
      }
    } catch (IOException e) {
      // the client is gone, or the daemon was stopped
    }
  }

  private void reply(Socket client, int type, int number) throws IOException {
    byte[] said = words.getBytes(UTF_8);
    var reply = ByteBuffer.allocate(HEADER + said.length).order(ByteOrder.LITTLE_ENDIAN);
    reply.putInt(0xff00_00fe).putShort((short) 0).putInt(type).putShort((short) said.length);
    reply.putInt(number).put(said);
    client.getOutputStream().write(reply.array());
  }

  private static byte[] bytes(DataInputStream in, int count) throws IOException {
    byte[] bytes = new byte[count];
    in.readFully(bytes);
    return bytes;
  }

  private synchronized void awaitResumed() {
    while (stalled) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Answers each message so from now on. */
  void answer(int type, String said) {
    words = said;
    answer = type;
  }

  /** Takes records and acknowledges none, or does again. */
  void mute(boolean yes) {
    mute = yes;
  }

  /** Reads nothing any more, beyond the message that it is at. */
  synchronized void stall() {
    stalled = true;
  }

  synchronized void resume() {
    stalled = false;
    notifyAll();
  }

  /** Ends as a process ends that was killed: connections are reset. */
  void stop() {
    try {
      if (socket != null) {
        socket.close();
      }
      if (accepting != null) {
        accepting.join(); // the port is free when it has left the socket, too
      }
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
    resume();
    stop();
  }
}
