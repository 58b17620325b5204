// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.fixtures.LoopbackServer;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/** A collector that answers what the test wants. It reads and writes the protocol by itself. */
final class TestDaemon extends LoopbackServer {
  private static final int HEADER = 16;

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private volatile int answer = 0x4000_0000;
  private volatile String words = "";

  TestDaemon() {
    super(ServerSocketFactory.getDefault());
    start();
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

  @Override
  protected void serve(Socket client) throws IOException {
    var in = new DataInputStream(client.getInputStream());
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
        if (isMute()) {
          continue;
        }
      }
      reply(client, heartbeat ? 0x4000_0000 : answer, header.getInt(12));
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

  /** Answers each message so from now on. */
  void answer(int type, String said) {
    words = said;
    answer = type;
  }
}
