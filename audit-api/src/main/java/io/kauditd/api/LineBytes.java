// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Operations on the bytes of a line, eight at a time where that is faster. */
final class LineBytes {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long SPACES = 0x2020202020202020L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private LineBytes() {}

  /** Whether nothing in a part of an array {@linkplain AuditLine#breaksLine breaks a line}. */
  static boolean isOneLine(byte[] bytes, int from, int to) {
    if (!hasControls(bytes, from, to)) {
      return true;
    }
    for (int i = from; i < to; i++) {
      if (AuditLine.breaksLine(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /** Replaces what breaks a line by spaces. */
  static void makeOneLine(byte[] bytes, int from, int to) {
    if (hasControls(bytes, from, to)) {
      for (int i = from; i < to; i++) {
        if (AuditLine.breaksLine(bytes[i])) {
          bytes[i] = ' ';
        }
      }
    }
  }

  /**
   * Whether there is a byte below 0x20. Most text has none, so this quick check comes first. A true
   * may be wrong, because a borrow can reach the neighbour of such a byte; a false never is.
   */
  private static boolean hasControls(byte[] bytes, int from, int to) {
    long found = 0;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long eight = (long) LONGS.get(bytes, i);
      found |= (eight - SPACES) & ~eight;
    }
    int last = 0;
    for (; i < to; i++) {
      last |= (bytes[i] - ' ') & ~bytes[i];
    }
    return (found & HIGH_BITS) != 0 || (last & 0x80) != 0;
  }

  /** Whether a text is no longer than a record's may be, plain or enriched. */
  static boolean isText(byte[] bytes, int from, int to) {
    int length = to - from;
    return length <= AuditRecord.MAX_LENGTH_BYTES
        || (length <= AuditRecord.MAX_ENRICHED_LENGTH_BYTES && isEnriched(bytes, from));
  }

  /** Whether names begin within the longest text that a record has without them. */
  private static boolean isEnriched(byte[] bytes, int from) {
    for (int i = from; i <= from + AuditRecord.MAX_LENGTH_BYTES; i++) {
      if (bytes[i] == AuditRecord.ENRICHED) {
        return true;
      }
    }
    return false;
  }

  /** Where a byte stands in a part of an array, -1 if nowhere. */
  static int indexOf(byte[] bytes, int from, int to, byte wanted) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a word stands in an array; it is looked for by its last byte, which should be rare. */
  static boolean contains(byte[] bytes, byte[] word) {
    byte last = word[word.length - 1];
    for (int end = word.length; end <= bytes.length; end++) {
      if (bytes[end - 1] == last
          && Arrays.equals(bytes, end - word.length, end, word, 0, word.length)) {
        return true;
      }
    }
    return false;
  }

  /** A part of an array as ASCII text. */
  static String ascii(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
  }
}
