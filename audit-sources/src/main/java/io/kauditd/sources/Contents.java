// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Files whose lines need not be read, whatever their names and numbers: they were read already, or
 * were old when the source began. A copy of one, or what a compressor made of it, is none that was
 * missed.
 */
final class Contents {
  private static final int KEPT = 512;

  /** What is remembered of a file. */
  record Content(Window head, Window end, long sizeBytes) {
    /** Of a compressed file of this size. */
    static Content packed(long sizeBytes) {
      return new Content(Window.NONE, Window.NONE, sizeBytes);
    }

    boolean isPacked() {
      return head.length() == 0 && sizeBytes > 0;
    }

    /** Whether a file still holds this, and perhaps more behind it. */
    boolean isIn(PlainFile part) throws IOException {
      return sizeBytes > 0 && head.isIn(part.channel()) && end.isIn(part.channel());
    }
  }

  private final ArrayDeque<Content> known = new ArrayDeque<>();

  /** Takes a file that nobody will add to, at its present size. */
  void add(PlainFile part) {
    if (part.knownBytes() > 0) {
      known.addLast(contentOf(part));
      if (known.size() > KEPT) {
        known.removeFirst();
      }
    }
  }

  /** What a file holds at its present size. */
  static Content contentOf(PlainFile part) {
    return new Content(part.head(), part.end(), part.knownBytes());
  }

  boolean has(PlainFile part) {
    return known.contains(contentOf(part));
  }

  boolean has(PackedFile.Content packed) {
    return known.stream().anyMatch(content -> isOf(packed, content.head(), content.sizeBytes()));
  }

  /** Whether two parts hold the same. */
  static boolean same(PlainFile one, PlainFile other) {
    return one.knownBytes() > 0 && contentOf(one).equals(contentOf(other));
  }

  static boolean isOf(PackedFile.Content packed, Window head, long sizeBytes) {
    return (int) sizeBytes == (int) packed.sizeBytes()
        && head.length() > 0
        && packed.beginsAs(head);
  }

  /**
   * Whether a file is a copy of another as it was before that one was truncated: it has how that
   * began, and what was read of it last, as far as it goes.
   */
  static boolean isCopy(PlainFile copy, PlainFile truncated) throws IOException {
    long read = truncated.position();
    Window last = truncated.recent().before(read, read);
    return copy.beginsAs(truncated)
        && (last == null || copy.knownBytes() < read || last.isIn(copy.channel()));
  }

  /** Whether a file that begins so holds nothing but the beginning of a line. */
  static boolean isPieceOfLine(byte[] beginning) {
    int length = beginning.length;
    return length < Window.HEAD_BYTES && ByteSearch.indexOf('\n', beginning, 0, length) < 0;
  }
}
