// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.fixtures.Ports;
import java.io.BufferedInputStream;
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
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** A real server on a real port, whose process the test can end, and make hang, at any moment. */
final class TestServer implements AutoCloseable {
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final List<Socket> clients = new ArrayList<>();
  private final ServerSocketFactory sockets;
  private final boolean relp;
  private final boolean wantsCertificates;
  private volatile boolean mute;
  private boolean stalled;
  private final int port;
  private @Nullable ServerSocket socket;
  private @Nullable Thread accepting;

  TestServer(ServerSocketFactory sockets, boolean relp) {
    this(sockets, relp, false);
  }

  private TestServer(ServerSocketFactory sockets, boolean relp, boolean wantsCertificates) {
    this.sockets = sockets;
    this.relp = relp;
    this.wantsCertificates = wantsCertificates;
    try {
      this.port = Ports.free();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  static TestServer syslog() {
    return new TestServer(ServerSocketFactory.getDefault(), false);
  }

  /** Takes clients with a certificate, and no others. */
  static TestServer wantingCertificates(ServerSocketFactory sockets) {
    return new TestServer(sockets, false, true);
  }

  static TestServer relp() {
    return new TestServer(ServerSocketFactory.getDefault(), true);
  }

  String place() {
    return "127.0.0.1:" + port;
  }

  /** The messages that have arrived, each with its header. */
  List<String> messages() {
    return List.copyOf(messages);
  }

  /** The texts of the records that have arrived. */
  List<String> texts() {
    return messages.stream().map(TestServer::text).toList();
  }

  private static String text(String message) {
    int stamp = message.indexOf("msg=audit(");
    int end = message.indexOf("):", stamp) + "):".length();
    return message.length() > end ? message.substring(end + 1) : "";
  }

  /** Listens, on the port that it had before. */
  void start() {
    try {
      ServerSocket listening = sockets.createServerSocket();
      listening.setReuseAddress(true);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      if (wantsCertificates) {
        ((SSLServerSocket) listening).setNeedClientAuth(true);
      }
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
        var in = new BufferedInputStream(client.getInputStream())) {
      while (true) {
        if (relp) {
          answer(client, in);
        } else {
          arrived(bytes(in, Integer.parseInt(word(in))));
        }
      }
    } catch (IOException | NumberFormatException e) {
      // the client is gone, or the server was stopped
    }
  }

  private void arrived(byte[] message) {
    messages.add(new String(message, UTF_8));
    awaitResumed();
  }

  private void answer(Socket client, InputStream in) throws IOException {
    String number = word(in);
    String command = word(in);
    int length = Integer.parseInt(word(in));
    byte[] data = bytes(in, length);
    if (length > 0 && in.read() != '\n') {
      throw new EOFException("a frame does not end");
    }
    if (command.equals("syslog")) {
      arrived(data);
      if (mute) {
        return;
      }
    }
    String said = command.equals("open") ? "200 OK\nrelp_version=0\ncommands=syslog" : "200 OK";
    client
        .getOutputStream()
        .write((number + " rsp " + said.length() + " " + said + "\n").getBytes(US_ASCII));
  }

  private static byte[] bytes(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("torn by the end of the connection");
    }
    return bytes;
  }

  private static String word(InputStream in) throws IOException {
    var word = new StringBuilder();
    for (int c = in.read(); c != ' ' && c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      word.append((char) c);
    }
    return word.toString();
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
