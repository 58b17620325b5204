// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The bytes that were read last of a file, enough to look back over the longest line. */
final class Recent {
  private static final int KEPT_BYTES = 12 * 1024;

  private final byte[] bytes = new byte[2 * KEPT_BYTES];
  private int filled;

  /** Adds what was read. */
  void add(byte[] read, int from, int count) {
    int taken = Math.min(count, KEPT_BYTES);
    if (filled + taken > bytes.length) {
      int kept = Math.min(filled, KEPT_BYTES);
      System.arraycopy(bytes, filled - kept, bytes, 0, kept);
      filled = kept;
    }
    System.arraycopy(read, from + count - taken, bytes, filled, taken);
    filled += taken;
    if (taken < count) { // what came before is not what stands before it
      System.arraycopy(bytes, filled - taken, bytes, 0, taken);
      filled = taken;
    }
  }

  /** Forgets so many bytes that were added last. */
  void goBack(int count) {
    filled = Math.max(0, filled - count);
  }

  /** How many bytes are compared with the file before more is read. */
  int checkedBytes() {
    return Math.min(filled, Window.LAST_BYTES);
  }

  /** Whether these are the bytes that were read last. */
  boolean endsWith(byte[] other, int count) {
    return Arrays.equals(bytes, filled - count, filled, other, 0, count);
  }

  /**
   * The window that ends some bytes before the end of what was read.
   *
   * @param end its offset in the file; null if it lies farther back than is kept
   */
  @Nullable Window before(long end, long readTo) {
    long back = readTo - end;
    if (back > filled || (back == filled && end > 0)) {
      return null;
    }
    int to = filled - (int) back;
    int from = Math.max(0, to - Window.LAST_BYTES);
    return Window.of(bytes, from, to, end - (to - from));
  }
}
