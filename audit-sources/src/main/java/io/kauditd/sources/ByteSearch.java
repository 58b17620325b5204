// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Finds bytes in an array, looking at eight at a time. */
final class ByteSearch {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private ByteSearch() {}

  /** Where an ASCII character stands first, -1 if it does not. */
  static int indexOf(char ascii, byte[] bytes, int from, int to) {
    long wanted = ONES * ascii;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long differences = (long) LONGS.get(bytes, i) ^ wanted;
      long zeros = (differences - ONES) & ~differences & HIGH_BITS;
      if (zeros != 0) {
        return i + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == ascii) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a word stands in a part of an array; it ends in an ASCII character that is rare. */
  static boolean contains(byte[] word, byte[] bytes, int from, int to) {
    char last = (char) word[word.length - 1];
    int i = from;
    while ((i = indexOf(last, bytes, i, to)) >= 0) {
      i++;
      if (i - word.length >= from
          && Arrays.equals(bytes, i - word.length, i, word, 0, word.length)) {
        return true;
      }
    }
    return false;
  }
}
