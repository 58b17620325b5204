// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record of a payload {@code audit(1642555588.123:456): text}. As auditd does, a NUL ends
 * the text and one trailing space is trimmed; the bytes are kept as they are. One thread.
 */
final class RecordParser {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int SECONDS_DIGITS = 12;
  private static final int SERIAL_DIGITS = 18;
  private static final long TOO_LATE_MS = 1_000_000_000_000_000L; // seconds of 13 digits
  private static final long TOO_HIGH = 1_000_000_000_000_000_000L; // 19 digits
  private static final byte[] PREFIX = {'a', 'u', 'd', 'i', 't', '('};

  private final byte[] payload = new byte[ReceiveBatch.SLOT + Long.BYTES];
  private int length;
  private int position;

  /**
   * Reads a payload.
   *
   * @return the record, or null if the payload does not begin with a stamp
   */
  @Nullable AuditRecord parse(int type, MemorySegment data, long at, int payloadLength) {
    load(data, at, payloadLength);
    if (!Arrays.equals(payload, 0, Math.min(length, PREFIX.length), PREFIX, 0, PREFIX.length)) {
      return null;
    }
    position = PREFIX.length;
    long seconds = number(SECONDS_DIGITS);
    int dot = position;
    long millis = passes('.') ? number(3) : -1;
    if (seconds < 0 || millis < 0 || position != dot + 4) {
      return null;
    }
    long serial = passes(':') ? number(SERIAL_DIGITS) : -1;
    if (serial < 0 || !passes(')') || !passes(':') || !passes(' ')) {
      return null;
    }
    return AuditRecord.ofBytes(type, seconds * 1000 + millis, serial, text(position));
  }

  /** Whether a stamp of this time and serial is read. */
  static boolean holds(long timeMs, long serial) {
    return timeMs < TOO_LATE_MS && serial >= 0 && serial < TOO_HIGH;
  }

  /**
   * Reads a payload that is a log line.
   *
   * @return the record, or null if it is none
   */
  @Nullable AuditRecord parseLine(MemorySegment data, long at, int payloadLength) {
    length = Math.clamp(payloadLength, 0, ReceiveBatch.SLOT);
    MemorySegment.copy(data, JAVA_BYTE, at, payload, 0, length);
    return AuditLine.parse(payload, 0, length);
  }

  /** The whole payload as text, for a record without a stamp. */
  byte[] wholeText(MemorySegment data, long at, int payloadLength) {
    load(data, at, payloadLength);
    return text(0);
  }

  private void load(MemorySegment data, long at, int payloadLength) {
    length = Math.clamp(payloadLength, 0, ReceiveBatch.SLOT);
    MemorySegment.copy(data, JAVA_BYTE, at, payload, 0, length);
    length = indexOfNul(length);
  }

  private byte[] text(int from) {
    int end = length > from && payload[length - 1] == ' ' ? length - 1 : length;
    return Arrays.copyOfRange(payload, from, Math.min(end, from + AuditRecord.MAX_LENGTH_BYTES));
  }

  /** The first NUL before {@code end}, or {@code end}; eight bytes at a time. */
  private int indexOfNul(int end) {
    for (int i = 0; i < end; i += Long.BYTES) {
      long word = (long) WORD.get(payload, i);
      long zeros = (word - 0x0101010101010101L) & ~word & 0x8080808080808080L;
      if (zeros != 0) {
        return Math.min(end, i + (Long.numberOfTrailingZeros(zeros) >>> 3));
      }
    }
    return end;
  }

  /** The number at the position, or -1. */
  private long number(int maxDigits) {
    int start = position;
    int limit = Math.min(length, start + maxDigits);
    long value = 0;
    while (position < limit) {
      int digit = payload[position] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = value * 10 + digit;
      position++;
    }
    return position == start ? -1 : value;
  }

  private boolean passes(char c) {
    return position < length && payload[position++] == c;
  }
}
