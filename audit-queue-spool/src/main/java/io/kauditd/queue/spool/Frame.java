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
 * 16  check of the body; LOST: how many records
 * 20  NUMBERED: number of the record
 *  n  check of the bytes before; n is 28 in a NUMBERED frame, 20 in others
 *     body; records: type, time, serial, length of the head or NO_HEAD, head, text; LOST: anything
 * </pre>
 *
 * <p>A check is a CRC32C, combined with the salt of its segment, a random number: the text of a
 * record comes from outside, and must not be able to contain something that passes for a frame when
 * a damaged segment is searched for the next one.
 */
final class Frame {
  /** The shortest header. */
  static final int MIN_HEADER_BYTES = 24;

  /** The header of a {@link #NUMBERED} frame, the only kind that is still written. */
  static final int HEADER_BYTES = 32;

  /** Type, time, serial and the length of the head. */
  static final int FIXED_BODY_BYTES = 22;

  /** The longest body; it fits into the three bytes that a frame has for its length. */
  static final int MAX_BODY_BYTES = 1 << 20;

  static final int MAX_BYTES = HEADER_BYTES + MAX_BODY_BYTES;

  /** The shortest frame of a record. */
  static final int MIN_BYTES = MIN_HEADER_BYTES + FIXED_BODY_BYTES;

  /** The length of the head of a record that has none. */
  static final int NO_HEAD = 0xffff;

  static final int MARKER = 0x6b53_704c;

  /** A record without a number, as earlier versions wrote it. */
  static final int RECORD = 1;

  /** What earlier versions put where records were found damaged, and were counted. */
  static final int LOST = 2;

  /** A record with a number. */
  static final int NUMBERED = 3;

  private static final int KIND_SHIFT = 24;
  private static final int LENGTH_MASK = (1 << KIND_SHIFT) - 1;
  private static final int CHECK_BYTES = 4;

  private Frame() {}

  /**
   * Begins the header of a record's frame before a body that is there already; {@link #seal} ends
   * it.
   */
  static void begin(ByteBuffer frame, int bodyLength, long number, CRC32C crc) {
    frame.putInt(0, MARKER);
    frame.putInt(4, NUMBERED << KIND_SHIFT | bodyLength);
    frame.putInt(16, check(crc, frame, HEADER_BYTES, bodyLength, 0));
    frame.putLong(20, number);
  }

  /** Ends the header of a frame, when its segment and its place in the row are known. */
  static void seal(ByteBuffer frames, int at, long sequence, long number, int salt, CRC32C crc) {
    frames.putLong(at + 8, sequence);
    frames.putInt(at + 16, frames.getInt(at + 16) ^ salt);
    frames.putLong(at + 20, number);
    int checkAt = HEADER_BYTES - CHECK_BYTES;
    frames.putInt(at + checkAt, check(crc, frames, at, checkAt, salt));
  }

  /**
   * Whether a header stands at a position of an array, of which {@code length} bytes may be read.
   */
  static boolean isHeader(ByteBuffer bytes, int at, int length, int salt, CRC32C crc) {
    if (length < MIN_HEADER_BYTES || bytes.getInt(at) != MARKER) {
      return false;
    }
    int kind = kind(bytes, at);
    boolean isKnown =
        kind == LOST
            || ((kind == RECORD || kind == NUMBERED) && isRecordLength(bodyLength(bytes, at)));
    int checkAt = headerLength(kind) - CHECK_BYTES;
    return isKnown
        && length >= checkAt + CHECK_BYTES
        && bytes.getInt(at + checkAt) == check(crc, bytes, at, checkAt, salt);
  }

  private static boolean isRecordLength(int length) {
    return length >= FIXED_BODY_BYTES && length <= MAX_BODY_BYTES;
  }

  static int headerLength(int kind) {
    return kind == NUMBERED ? HEADER_BYTES : MIN_HEADER_BYTES;
  }

  /** The length of a whole frame of a kind that is still written. */
  static int length(ByteBuffer frames, int at) {
    return HEADER_BYTES + bodyLength(frames, at);
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

  /** The check of the body; of a LOST frame, how many records. */
  static int fourth(ByteBuffer bytes, int at) {
    return bytes.getInt(at + 16);
  }

  /** The number of the record, 0 if it has none. */
  static long number(ByteBuffer bytes, int at) {
    return kind(bytes, at) == NUMBERED ? bytes.getLong(at + 20) : 0;
  }

  static int check(CRC32C crc, ByteBuffer bytes, int from, int length, int salt) {
    crc.reset();
    crc.update(bytes.array(), bytes.arrayOffset() + from, length);
    return (int) crc.getValue() ^ salt;
  }
}
