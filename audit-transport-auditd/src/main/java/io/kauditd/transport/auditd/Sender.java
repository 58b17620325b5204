// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A connected host, and its records that are not acknowledged yet. Confined to the source's thread.
 */
final class Sender {
  /** So many records of one host may wait for their acknowledgement; more wait in its socket. */
  private static final int MAX_WAITING = 1_024;

  private static final int IN_BYTES = 64 * 1024;

  private final SocketChannel channel;
  private final String name;
  private final String node;
  private final AuditdSource.Settings settings;
  private final ByteBuffer in = ByteBuffer.allocate(IN_BYTES);
  private final ByteBuffer out =
      ByteBuffer.allocate(2 * MAX_WAITING * Frame.HEADER_BYTES).limit(0); // ready to be read
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long lastNs = System.nanoTime();
  private long records;

  /** A record that was handed over: it is settled when everything up to the position is. */
  private record Waiting(int number, long position) {}

  /**
   * @param name what it is called in messages
   * @param node its address, for lines that name no node
   */
  Sender(SocketChannel channel, String name, String node, AuditdSource.Settings settings) {
    this.channel = channel;
    this.name = name;
    this.node = node;
    this.settings = settings;
  }

  String name() {
    return name;
  }

  long lastNs() {
    return lastNs;
  }

  /** Whether it waits for acknowledgements. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Whether something is to be written that did not go at once. */
  boolean hasUnwritten() {
    return out.hasRemaining();
  }

  /** Whether more of it can be read. */
  boolean hasRoom() {
    return in.hasRemaining() && mayTake();
  }

  private boolean mayTake() {
    return waiting.size() < MAX_WAITING
        && out.capacity() - out.remaining() > (waiting.size() + 1) * Frame.HEADER_BYTES;
  }

  /**
   * Reads what has come and hands it over.
   *
   * @return false if the host has closed the connection
   * @throws IOException if the connection broke, or what came is no frame
   */
  boolean read(RecordSink sink) throws IOException {
    int count = channel.read(in);
    if (count > 0) {
      lastNs = System.nanoTime();
    }
    handOver(sink);
    return count >= 0;
  }

  /** Hands over what was read, as far as acknowledgements have room. */
  void handOver(RecordSink sink) throws IOException {
    in.flip();
    try {
      while (in.hasRemaining() && mayTake() && !settings.stop().getAsBoolean()) {
        Frame frame = read();
        if (frame == null) {
          return;
        }
        take(frame, sink);
      }
    } finally {
      in.compact();
    }
  }

  private @Nullable Frame read() throws IOException {
    try {
      return Frame.read(in);
    } catch (IOException e) {
      byte first = in.get(in.position());
      throw first == 't' || first == 'n' // type=, node=
          ? new IOException(
              "it sends bare lines, which nobody could acknowledge; set format = managed in its"
                  + " audisp-remote.conf",
              e)
          : e;
    }
  }

  private void take(Frame frame, RecordSink sink) {
    if (frame.type() == Frame.HEARTBEAT) {
      reply(Frame.ACK, frame.number());
    } else if (!frame.isReply()) {
      records++;
      if (hand(frame.text(), sink) || !settings.stop().getAsBoolean()) {
        waiting.add(new Waiting(frame.number(), settings.waits() ? sink.accepted() : 0));
      } // else the log is closing: the host keeps the record
    }
  }

  /**
   * Whether a record was taken. Lines that are no records, and refused records, are counted here.
   */
  private boolean hand(ByteBuffer text, RecordSink sink) {
    byte[] line = new byte[text.remaining()];
    text.get(line);
    int end = line.length;
    while (end > 0 && (line[end - 1] == '\n' || line[end - 1] == 0)) {
      end--;
    }
    AuditRecord record = AuditLine.parse(line, 0, end);
    if (record == null) {
      sink.problem(name + ", record " + records + ": is no audit line; not taken");
      return true;
    }
    return sink.accept(settings.addsNode() ? withNode(record) : record);
  }

  private AuditRecord withNode(AuditRecord record) {
    return record.head() != null
        ? record
        : record.withHead("node=" + node + " type=" + RecordType.nameOf(record.type()));
  }

  /** Acknowledges what is settled up to a position; true if there was something. */
  boolean acknowledge(long settled) {
    boolean any = false;
    for (Waiting first = waiting.peek();
        first != null && first.position() <= settled;
        first = waiting.peek()) {
      reply(Frame.ACK, first.number());
      waiting.remove();
      any = true;
    }
    return any;
  }

  private void reply(int type, int number) {
    out.compact();
    Frame.put(type, number, out);
    out.flip();
  }

  /** Says that this end closes the connection, as far as that goes without waiting. */
  void sayEnding() throws IOException {
    reply(Frame.ENDING, 0);
    write();
  }

  /** Writes what waits to be written, as far as that goes without waiting. */
  void write() throws IOException {
    if (out.hasRemaining()) {
      channel.write(out);
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // what it was not told about, it sends again
    }
  }
}
