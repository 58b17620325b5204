// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Writes records as log lines, in bytes: the line of {@link AuditLine#format} and a line feed. Text
 * that came in as bytes is written as the same bytes, whether they are UTF-8 or not. Only bytes
 * that {@linkplain AuditLine#breaksLine break a line} are replaced, so nothing in a record can make
 * a second line.
 *
 * <p>It allocates nothing for a record. It is not thread-safe: each thread needs its own.
 *
 * @since 0.1.0
 */
public final class AuditLineEncoder {
  /**
   * The maximum length of a written head, in bytes: room for the longest host name and any type.
   */
  public static final int MAX_HEAD_BYTES = 1200;

  private static final int MAX_STAMP_BYTES = 64;

  /** The maximum length of a line, in bytes, with its line feed. */
  public static final int MAX_LINE_BYTES =
      AuditRecord.MAX_ENRICHED_LENGTH_BYTES + MAX_HEAD_BYTES + MAX_STAMP_BYTES;

  /** The result for a record whose text or head is too long for a line. */
  public static final int TOO_LONG = -1;

  private static final byte[] UNKNOWN_HEAD = ascii("type=UNKNOWN[");
  private static final int MAX_DIGITS = 19; // of a long
  private static final int NO_TYPE = -1;
  private static final int AFTER_SERIAL_BYTES = 3; // ): and a space

  /** Two digits for each number below 100. */
  private static final byte[] PAIRS = pairs();

  private final byte[] line = new byte[MAX_LINE_BYTES];
  private final ByteBuffer lineBuffer = ByteBuffer.wrap(line);
  private final char[] chars = new char[AuditRecord.MAX_ENRICHED_LENGTH_BYTES];
  private final CharBuffer charBuffer = CharBuffer.wrap(chars);
  private final CharsetEncoder utf8 =
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  // The line begins with the type and the time of the record before: most have the same. Behind it
  // stands its serial, which most often is one less than that of the next.
  private int startType = NO_TYPE;
  private long startMs;
  private int startLength;
  private long startSerial;
  private int headLength;

  /** An encoder with its own work space, about 40 KiB. */
  public AuditLineEncoder() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] pairs() {
    byte[] digits = new byte[200];
    for (int i = 0; i < 100; i++) {
      digits[2 * i] = (byte) ('0' + i / 10);
      digits[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return digits;
  }

  /**
   * Writes a record's line at the buffer's position, and moves the position behind it.
   *
   * @param target on the heap or direct, with at least {@link #MAX_LINE_BYTES} remaining, or as
   *     many as the line has
   * @return the length of the line in bytes, or {@link #TOO_LONG}, with nothing put
   * @throws BufferOverflowException if the line does not fit; nothing was put
   */
  public int encode(AuditRecord record, ByteBuffer target) {
    int length = encode(record);
    if (length > 0) {
      target.put(line, 0, length);
    }
    return length;
  }

  /**
   * Writes a record's line into an array.
   *
   * @param offset where the line begins, with at least {@link #MAX_LINE_BYTES} behind it, or as
   *     many as the line has
   * @return the length of the line in bytes, or {@link #TOO_LONG}, with nothing put
   * @throws IndexOutOfBoundsException if the line does not fit; nothing was put
   */
  public int encode(AuditRecord record, byte[] target, int offset) {
    int length = encode(record);
    if (length > 0) {
      System.arraycopy(line, 0, target, offset, length);
    }
    return length;
  }

  private int encode(AuditRecord record) {
    Object head = record.rawHead();
    boolean stamped = head != null && AuditLine.hasStamp(head);
    int at = head == null ? putUsualHead(record) : putOwnHead(record, head, stamped);
    if (at < 0) {
      return TOO_LONG;
    }
    int textFrom = at;
    at = putText(record.rawText(), at);
    if (at < 0) {
      return TOO_LONG;
    }
    if (at == textFrom && !stamped) {
      at--; // the audit daemon leaves no space behind the colon of a record without text
    }
    line[at++] = '\n';
    return at;
  }

  private int putOwnHead(AuditRecord record, Object head, boolean stamped) {
    startType = NO_TYPE;
    int at = putHead(head);
    if (at < 0 || stamped) {
      return at;
    }
    return putSerial(record.serial(), putMillis(record.timeMs(), putBytes(LineCursor.MSG, at)));
  }

  private int putHead(Object head) {
    if (head instanceof String string) {
      return putString(string, 0, MAX_HEAD_BYTES);
    }
    byte[] bytes = (byte[]) head;
    if (bytes.length > MAX_HEAD_BYTES) {
      return TOO_LONG;
    }
    int end = putBytes(bytes, 0);
    LineBytes.makeOneLine(line, 0, end);
    return end;
  }

  /** Everything before the text, as far as it is not there already. */
  private int putUsualHead(AuditRecord record) {
    long serial = record.serial();
    if (record.type() != startType || record.timeMs() != startMs) {
      putStart(record.type(), record.timeMs());
    } else if (serial == startSerial + 1 && serial != 0 && countsUp()) { // 0: after the greatest
      startSerial = serial;
      return headLength;
    }
    startSerial = serial;
    headLength = putSerial(serial, startLength);
    return headLength;
  }

  /** Makes the serial in the line one more; false if that takes one digit more. */
  private boolean countsUp() {
    int digit = headLength - AFTER_SERIAL_BYTES - 1;
    while (line[digit] == '9') {
      line[digit--] = '0';
    }
    if (digit < startLength) { // all nines; before them stands a colon
      return false;
    }
    line[digit]++;
    line[headLength - 1] = ' '; // a record without text has its line feed there
    return true;
  }

  /** Everything up to the serial. */
  private void putStart(int type, long timeMs) {
    byte[] name = RecordTypeNames.nameBytes(type);
    int at;
    if (name != null) {
      at = putBytes(name, putBytes(LineCursor.TYPE, 0));
    } else {
      at = putNumber(type, putBytes(UNKNOWN_HEAD, 0));
      line[at++] = ']';
    }
    startLength = putMillis(timeMs, putBytes(LineCursor.MSG, at));
    startType = type;
    startMs = timeMs;
  }

  private int putMillis(long timeMs, int from) {
    int at = putNumber(timeMs / 1000, from);
    int millis = (int) (timeMs % 1000);
    line[at] = '.';
    line[at + 1] = (byte) ('0' + millis / 100);
    line[at + 2] = PAIRS[millis % 100 * 2];
    line[at + 3] = PAIRS[millis % 100 * 2 + 1];
    line[at + 4] = ':';
    return at + 5;
  }

  private int putSerial(long serial, int from) {
    int at = putNumber(serial, from);
    line[at] = ')';
    line[at + 1] = ':';
    line[at + 2] = ' ';
    return at + AFTER_SERIAL_BYTES;
  }

  private int putText(Object text, int at) {
    if (text instanceof String string) {
      int end = putString(string, at, AuditRecord.MAX_ENRICHED_LENGTH_BYTES);
      return end < 0 || LineBytes.isText(line, at, end) ? end : TOO_LONG;
    }
    byte[] bytes = (byte[]) text;
    if (!LineBytes.isText(bytes, 0, bytes.length)) {
      return TOO_LONG;
    }
    int end = putBytes(bytes, at);
    LineBytes.makeOneLine(line, at, end);
    return end;
  }

  /**
   * Puts a string as UTF-8, half a surrogate pair as {@code ?}. Copying to an array of chars and
   * encoding from there is what the JIT makes the fastest loops of, and no garbage.
   */
  private int putString(String text, int at, int maxBytes) {
    int length = text.length();
    if (length > maxBytes) {
      return TOO_LONG;
    }
    text.getChars(0, length, chars, 0);
    charBuffer.clear().limit(length);
    lineBuffer.clear().position(at).limit(at + maxBytes);
    utf8.reset();
    CoderResult result = utf8.encode(charBuffer, lineBuffer, true);
    if (result.isOverflow()) {
      return TOO_LONG;
    }
    int end = lineBuffer.position();
    LineBytes.makeOneLine(line, at, end);
    return end;
  }

  private int putBytes(byte[] bytes, int at) {
    System.arraycopy(bytes, 0, line, at, bytes.length);
    return at + bytes.length;
  }

  /** Puts an unsigned number in decimal and returns where it ends. */
  private int putNumber(long value, int at) {
    if (value < 0) { // all but the last digit fits into a signed one
      int last = putNumber(Long.divideUnsigned(value, 10), at);
      line[last] = (byte) ('0' + Long.remainderUnsigned(value, 10));
      return last + 1;
    }
    int end = at + digitsOf(value);
    int digit = end;
    long rest = value;
    while (rest >= 100) {
      long hundreds = rest / 100;
      int pair = (int) (rest - hundreds * 100) * 2;
      line[--digit] = PAIRS[pair + 1];
      line[--digit] = PAIRS[pair];
      rest = hundreds;
    }
    int pair = (int) rest * 2;
    line[--digit] = PAIRS[pair + 1];
    if (rest >= 10) {
      line[--digit] = PAIRS[pair];
    }
    return end;
  }

  private static int digitsOf(long value) {
    int digits = 1;
    for (long power = 10; digits < MAX_DIGITS && value >= power; power *= 10) {
      digits++;
    }
    return digits;
  }
}
