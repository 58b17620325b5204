// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A few bytes of a file, where they stand and what they hash to: if other bytes stand there, the
 * file was truncated or is another one.
 *
 * @param hash of the bytes, in hexadecimal digits; empty if there are none
 */
record Window(long offset, int length, String hash) {
  /** As much as is compared of what was read last. */
  static final int LAST_BYTES = 256;

  /** As much as is compared of how a file begins. */
  static final int HEAD_BYTES = 1024;

  /** The window of a file of which nothing is known. */
  static final Window NONE = new Window(0, 0, "");

  private static final int HASH_BYTES = 16;

  static Window of(byte[] bytes, int from, int to, long offset) {
    return new Window(offset, to - from, hash(bytes, from, to));
  }

  /** A hash of some bytes that no two inputs share, in hexadecimal digits. */
  static String hash(byte[] bytes, int from, int to) {
    if (from == to) {
      return "";
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, from, to - from);
      return HexFormat.of().formatHex(digest.digest(), 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The bytes before an offset; null if they are not there (any more). */
  static @Nullable Window before(FileChannel file, long end) throws IOException {
    int length = (int) Math.min(end, LAST_BYTES);
    byte[] bytes = read(file, end - length, length);
    return bytes.length == length ? of(bytes, 0, length, end - length) : null;
  }

  /** Whether a file has these bytes at this place. */
  boolean isIn(FileChannel file) throws IOException {
    byte[] bytes = read(file, offset, length);
    return bytes.length == length && hash(bytes, 0, length).equals(hash);
  }

  /** Whether an array has these bytes, at this offset. */
  boolean isIn(byte[] bytes, int count) {
    return offset + length <= count
        && hash(bytes, (int) offset, (int) offset + length).equals(hash);
  }

  /** Reads some bytes, or as many as there are. */
  static byte[] read(FileChannel file, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining() && file.read(buffer, offset + buffer.position()) > 0) {
      // the condition does it
    }
    return buffer.hasRemaining()
        ? Arrays.copyOf(buffer.array(), buffer.position())
        : buffer.array();
  }
}
