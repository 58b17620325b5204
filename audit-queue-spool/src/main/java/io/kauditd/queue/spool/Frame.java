// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a frame lies in a segment, in network byte order:
 *
 * <pre>
 *  0  marker
 *  4  kind (1 byte) and length of the body (3 bytes)
 *  8  sequence
 * 16  RECORD: check of the body; LOST: how many records
 * 20  check of the 20 bytes before
 * 24  body; RECORD: type, time, serial, length of the head or NO_HEAD, head, text; LOST: anything
 * </pre>
 *
 * <p>A check is a CRC32C, combined with the salt of its segment, a random number: the text of a
 * record is written by whoever logs, and must not be able to hold something that passes for a frame
 * when a damaged segment is searched for the next one.
 */
final class Frame {
  static final int HEADER_BYTES = 24;

  /** Type, time, serial and the length of the head. */
  static final int FIXED_BODY_BYTES = 22;

  /** The longest body; it fits into the three bytes that a frame has for its length. */
  static final int MAX_BODY_BYTES = 1 << 20;

  static final int MAX_BYTES = HEADER_BYTES + MAX_BODY_BYTES;

  /** The length of the head of a record that has none. */
  static final int NO_HEAD = 0xffff;

  static final int MARKER = 0x6b53_704c;

  /** A record. */
  static final int RECORD = 1;

  /** A gap where records lay that were found damaged, and were counted. */
  static final int LOST = 2;

  private static final int KIND_SHIFT = 24;
  private static final int LENGTH_MASK = (1 << KIND_SHIFT) - 1;
  private static final int CHECKED_BYTES = 20;

  private Frame() {}

  /** Puts a header before a body that is there already. */
  static void putHeader(
      ByteBuffer frame, int kind, int bodyLength, long sequence, int fourth, int salt, CRC32C crc) {
    frame.putInt(0, MARKER);
    frame.putInt(4, kind << KIND_SHIFT | bodyLength);
    frame.putLong(8, sequence);
    frame.putInt(16, fourth);
    frame.putInt(20, check(crc, frame, 0, CHECKED_BYTES, salt));
  }

  /** Whether a header stands at a position of an array. */
  static boolean isHeader(ByteBuffer bytes, int at, int salt, CRC32C crc) {
    if (bytes.getInt(at) != MARKER) {
      return false;
    }
    int kind = kind(bytes, at);
    return (kind == LOST || (kind == RECORD && isRecordLength(bodyLength(bytes, at))))
        && bytes.getInt(at + 20) == check(crc, bytes, at, CHECKED_BYTES, salt);
  }

  private static boolean isRecordLength(int length) {
    return length >= FIXED_BODY_BYTES && length <= MAX_BODY_BYTES;
  }

  static int kind(ByteBuffer bytes, int at) {
    return bytes.getInt(at + 4) >>> KIND_SHIFT;
  }

  static int bodyLength(ByteBuffer bytes, int at) {
    return bytes.getInt(at + 4) & LENGTH_MASK;
  }

  static long sequence(ByteBuffer bytes, int at) {
    return bytes.getLong(at + 8);
  }

  static int fourth(ByteBuffer bytes, int at) {
    return bytes.getInt(at + 16);
  }

  static int check(CRC32C crc, ByteBuffer bytes, int from, int length, int salt) {
    crc.reset();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue() ^ salt;
  }
}
