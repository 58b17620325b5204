// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.fixtures.LoopbackServer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;

/** A syslog server, over TCP, TLS or RELP. */
final class TestServer extends LoopbackServer {
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final boolean relp;
  private final boolean wantsCertificates;

  TestServer(ServerSocketFactory sockets, boolean relp) {
    this(sockets, relp, false);
  }

  private TestServer(ServerSocketFactory sockets, boolean relp, boolean wantsCertificates) {
    super(sockets);
    this.relp = relp;
    this.wantsCertificates = wantsCertificates;
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

  @Override
  protected void prepare(ServerSocket listening) {
    if (wantsCertificates) {
      ((SSLServerSocket) listening).setNeedClientAuth(true);
    }
  }

  @Override
  protected void serve(Socket client) throws IOException {
    var in = new BufferedInputStream(client.getInputStream());
    while (true) {
      if (relp) {
        answer(client, in);
      } else {
        arrived(bytes(in, number(in)));
      }
    }
  }

  private void arrived(byte[] message) {
    messages.add(new String(message, UTF_8));
    awaitResumed();
  }

  private void answer(Socket client, InputStream in) throws IOException {
    String number = word(in);
    String command = word(in);
    int length = number(in);
    byte[] data = bytes(in, length);
    if (length > 0 && in.read() != '\n') {
      throw new EOFException("a frame does not end");
    }
    if (command.equals("syslog")) {
      arrived(data);
      if (isMute()) {
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

  private static int number(InputStream in) throws IOException {
    String word = word(in);
    try {
      return Integer.parseInt(word);
    } catch (NumberFormatException e) {
      throw new IOException("no number: " + word, e);
    }
  }
}
