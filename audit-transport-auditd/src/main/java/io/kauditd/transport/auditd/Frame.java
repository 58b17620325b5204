// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.spi.Counts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One frame of the protocol: a header of 16 bytes, and text. The header has, in little-endian
 * order: a magic number (4 bytes), the versions of the header and of the message (1 each), the type
 * (4), the length of the text (2), and a number that the reply repeats (4).
 *
 * @param number the number of the message that a reply answers
 * @param text good until the buffer it was read from changes
 */
record Frame(int type, int number, ByteBuffer text) {
  static final int HEADER_BYTES = 16;

  /** The longest frame that an audit daemon reads: its buffer, MAX_AUDIT_MESSAGE_LENGTH. */
  static final int MAX_BYTES = 8_970;

  /** The longest text that has room in such a frame. */
  static final int MAX_TEXT_BYTES = MAX_BYTES - HEADER_BYTES;

  /** The longest text that a header may announce. */
  static final int MAX_ANNOUNCED_BYTES = 8_970;

  static final int MESSAGE = 0;
  static final int HEARTBEAT = 1;
  static final int ACK = 0x4000_0000;
  static final int ENDING = 0x4000_0001;
  static final int DISK_FULL = 0x6000_0001;
  static final int DISK_ERROR = 0x6000_0002;

  private static final int REPLY = 0x4000_0000;
  private static final int FATAL = 0x2000_0000;

  private static final int MAGIC = 0xff00_00fe;
  private static final byte HEADER_VERSION = 0;
  private static final byte MESSAGE_VERSION = 0;
  private static final int MAX_SHOWN = 200;
  private static final ByteBuffer NO_TEXT = ByteBuffer.allocate(0);

  /** Whether it answers a message. */
  boolean isReply() {
    return (type & REPLY) != 0;
  }

  /** Whether it answers that a message was not taken. Warnings come with what was taken. */
  boolean isRefusal() {
    return isReply() && (type & FATAL) != 0;
  }

  /** Its text, for a person. */
  String shown() {
    byte[] bytes = new byte[Math.min(text.remaining(), MAX_SHOWN)];
    text.get(text.position(), bytes);
    return new String(bytes, US_ASCII).replaceAll("[^ -~]+", " ").strip();
  }

  /** Puts a frame without text. */
  static void put(int type, int number, ByteBuffer out) {
    put(type, number, NO_TEXT.duplicate(), out);
  }

  /** Puts a frame into a buffer of any order, with room for it. */
  static void put(int type, int number, ByteBuffer text, ByteBuffer out) {
    ByteOrder before = out.order();
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).put(HEADER_VERSION).put(MESSAGE_VERSION);
    out.putInt(type).putShort((short) text.remaining()).putInt(number);
    out.order(before).put(text);
  }

  /** Whether bytes, one or more, may begin a frame. */
  static boolean mayBegin(ByteBuffer from) {
    for (int i = 0; i < Math.min(Integer.BYTES, from.remaining()); i++) {
      if (from.get(from.position() + i) != (byte) (MAGIC >>> (Byte.SIZE * i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a frame.
   *
   * @return null if not all of it has come; the buffer's position is then where it was
   * @throws IOException if it is no frame of this protocol, with what is wrong
   */
  static @Nullable Frame read(ByteBuffer from) throws IOException {
    if (!mayBegin(from)) {
      throw new IOException("what it sends does not begin as a frame does");
    }
    if (from.remaining() < HEADER_BYTES) {
      return null;
    }
    ByteBuffer header = from.slice(from.position(), HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int version = header.get(4);
    if (version != HEADER_VERSION) {
      throw new IOException("its frames have version " + version + ", and 0 is known here");
    }
    int length = Short.toUnsignedInt(header.getShort(10));
    if (length > MAX_ANNOUNCED_BYTES) {
      throw new IOException(
          "a frame of "
              + Counts.of(length, "byte")
              + " comes, and "
              + MAX_ANNOUNCED_BYTES
              + " are the most");
    }
    if (from.remaining() < HEADER_BYTES + length) {
      return null;
    }
    ByteBuffer text = from.slice(from.position() + HEADER_BYTES, length);
    from.position(from.position() + HEADER_BYTES + length);
    return new Frame(header.getInt(6), header.getInt(12), text);
  }
}
