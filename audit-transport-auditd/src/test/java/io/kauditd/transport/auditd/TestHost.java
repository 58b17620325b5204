// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A host that sends to the source, frame by frame. It writes the protocol by itself. */
final class TestHost implements AutoCloseable {
  static final int MESSAGE = 0;
  static final int HEARTBEAT = 1;
  private static final int HEADER = 16;

  private final Socket socket = new Socket();
  private final DataInputStream in;

  /** One answer of the source. */
  record Reply(int type, int number) {
    static Reply ack(int number) {
      return new Reply(0x4000_0000, number);
    }

    static Reply ending() {
      return new Reply(0x4000_0001, 0);
    }
  }

  TestHost(int port) throws IOException {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  static byte[] frame(int type, int number, byte[] text) {
    var frame = ByteBuffer.allocate(HEADER + text.length).order(ByteOrder.LITTLE_ENDIAN);
    frame.putInt(0xff00_00fe).putShort((short) 0).putInt(type).putShort((short) text.length);
    return frame.putInt(number).put(text).array();
  }

  static byte[] frame(int number, AuditRecord record) {
    return frame(MESSAGE, number, AuditLine.format(record).getBytes(UTF_8));
  }

  TestHost send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  TestHost send(int number, AuditRecord record) throws IOException {
    return send(frame(number, record));
  }

  /** Waits for the next answer. */
  Reply reply() throws IOException {
    byte[] header = new byte[HEADER];
    in.readFully(header);
    var read = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    return new Reply(read.getInt(6), read.getInt(12));
  }

  List<Reply> replies(int count) throws IOException {
    var replies = new ArrayList<Reply>();
    while (replies.size() < count) {
      replies.add(reply());
    }
    return replies;
  }

  /** Whether nothing has been answered so far. */
  boolean isUnanswered() throws IOException {
    return in.available() == 0;
  }

  /** Waits until the source has closed the connection; true if it said nothing before. */
  boolean isSentAway() {
    try {
      return in.read() < 0;
    } catch (IOException e) {
      return true; // a reset
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
