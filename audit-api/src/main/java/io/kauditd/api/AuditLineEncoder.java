// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as log lines, in bytes: the line of {@link AuditLine#format} with a line feed
 * behind it. Text that came in as bytes goes out as the same bytes, whether they are UTF-8 or not,
 * but for those that {@linkplain AuditLine#breaksLine break a line}: nothing in a record can make a
 * second one.
 *
 * <p>Allocates nothing for a record. Not for several threads at once: each has its own.
 *
 * @since 0.1.0
 */
public final class AuditLineEncoder {
  /** The longest head that is written, in bytes: room for a node name and any type. */
  public static final int MAX_HEAD_BYTES = 440;

  /** The longest line, in bytes, with its line feed. */
  public static final int MAX_LINE_BYTES = AuditRecord.MAX_LENGTH_BYTES + 512;

  /** The answer for a record whose text or head is longer than a line may hold. */
  public static final int TOO_LONG = -1;

  private static final byte[] UNKNOWN_HEAD = ascii("type=UNKNOWN[");
  private static final int MAX_DIGITS = 20;

  private final byte[] line = new byte[MAX_LINE_BYTES];
  private final ByteBuffer lineBuffer = ByteBuffer.wrap(line);
  private final char[] chars = new char[AuditRecord.MAX_LENGTH_BYTES];
  private final CharBuffer charBuffer = CharBuffer.wrap(chars);
  private final CharsetEncoder utf8 =
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** The digits of the second that was written last: most records are of the same one. */
  private final byte[] secondDigits = new byte[MAX_DIGITS];

  private int secondLength;
  private long second = -1;

  /** An encoder with its own work space, about 30 KiB. */
  public AuditLineEncoder() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Puts a record's line at the buffer's position, which moves behind it.
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
   * Puts a record's line into an array.
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
    int at = putHead(record.head(), record.type());
    if (at < 0) {
      return TOO_LONG;
    }
    String head = record.head();
    if (head != null && AuditLine.hasStamp(head)) {
      at = putBytes(LineCursor.SPACE, at);
    } else {
      at = putStamp(record, at);
    }
    at = putText(record.rawText(), at);
    if (at < 0) {
      return TOO_LONG;
    }
    line[at++] = '\n';
    return at;
  }

  private int putHead(@Nullable String head, int type) {
    if (head != null) {
      return putString(head, 0, MAX_HEAD_BYTES);
    }
    byte[] name = RecordTypeNames.nameBytes(type);
    if (name != null) {
      return putBytes(name, putBytes(LineCursor.TYPE, 0));
    }
    int at = putNumber(type, line, putBytes(UNKNOWN_HEAD, 0));
    line[at++] = ']';
    return at;
  }

  private int putStamp(AuditRecord record, int from) {
    int at = putTime(record.timeMs(), putBytes(LineCursor.MSG, from));
    line[at++] = ':';
    return putBytes(LineCursor.END, putNumber(record.serial(), line, at));
  }

  private int putTime(long timeMs, int from) {
    long newSecond = timeMs / 1000;
    int millis = (int) (timeMs - newSecond * 1000);
    if (newSecond != second) {
      second = newSecond;
      secondLength = putNumber(newSecond, secondDigits, 0);
    }
    System.arraycopy(secondDigits, 0, line, from, secondLength);
    int at = from + secondLength;
    line[at] = '.';
    line[at + 1] = (byte) ('0' + millis / 100);
    line[at + 2] = (byte) ('0' + millis / 10 % 10);
    line[at + 3] = (byte) ('0' + millis % 10);
    return at + 4;
  }

  private int putText(Object text, int at) {
    if (text instanceof String string) {
      return putString(string, at, AuditRecord.MAX_LENGTH_BYTES);
    }
    byte[] bytes = (byte[]) text;
    if (bytes.length > AuditRecord.MAX_LENGTH_BYTES) {
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
  private static int putNumber(long value, byte[] target, int at) {
    int length = 1;
    for (long rest = Long.divideUnsigned(value, 10); rest != 0; rest /= 10) {
      length++;
    }
    int digit = at + length - 1;
    target[digit] = (byte) ('0' + Long.remainderUnsigned(value, 10));
    for (long rest = Long.divideUnsigned(value, 10); rest != 0; rest /= 10) {
      target[--digit] = (byte) ('0' + rest % 10);
    }
    return at + length;
  }
}
