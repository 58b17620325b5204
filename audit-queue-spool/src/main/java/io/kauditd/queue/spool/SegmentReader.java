// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment frame by frame. Behind damage it finds the next whole frame, wherever that
 * begins, since bytes may have been removed or inserted. The accessors describe the frame that was
 * found last.
 */
final class SegmentReader implements AutoCloseable {
  private static final int WINDOW_BYTES = 64 * 1024;

  /** What stands at a place of a segment. */
  enum Found {
    /** A whole record. */
    RECORD,
    /** What an earlier version wrote where records were damaged, and counted. */
    LOST,
    /** A header that is whole, with a body that the end has cut off. */
    TORN,
    /** A header that is whole, with a body that is not. */
    DAMAGED,
    /** Nothing that is whole. */
    NOTHING
  }

  private final Segment segment;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
  private long windowStart;
  private int windowLength;
  private @Nullable RandomAccessFile file;

  private long offset;
  private int header; // in the window
  private int kind;
  private int bodyLength;

  SegmentReader(Segment segment) {
    this.segment = segment;
  }

  /**
   * Looks at what stands at a place.
   *
   * @param limit where the segment ends
   * @throws EOFException if the file ends before
   */
  Found look(long at, long limit) throws IOException {
    offset = at;
    int length = (int) Math.min(limit - at, Frame.HEADER_BYTES);
    if (length < Frame.MIN_HEADER_BYTES) {
      return Found.NOTHING;
    }
    header = ensure(at, length, limit);
    if (!Frame.isHeader(window, header, length, segment.salt, crc)) {
      return Found.NOTHING;
    }
    kind = Frame.kind(window, header);
    bodyLength = Frame.bodyLength(window, header);
    if (kind == Frame.LOST) {
      return Found.LOST;
    }
    if (end() > limit) {
      return Found.TORN;
    }
    header = ensure(at, (int) (end() - at), limit);
    int check = Frame.check(crc, window, header + headerLength(), bodyLength, segment.salt);
    return Frame.fourth(window, header) == check && isSound() ? Found.RECORD : Found.DAMAGED;
  }

  /** Whether a body with a check that fits is a record; one that is not was never written by us. */
  private boolean isSound() {
    int body = header + headerLength();
    int headLength = window.getShort(body + 20) & 0xffff;
    return window.getInt(body) >= 0
        && window.getLong(body + 4) >= 0
        && number() >= 0
        && (headLength == Frame.NO_HEAD || headLength <= bodyLength - Frame.FIXED_BODY_BYTES);
  }

  /**
   * Searches for the next whole frame, from a place on.
   *
   * @return where it begins; {@link #look} was called for it. The limit if there is none
   */
  long search(long from, long limit) throws IOException {
    for (long at = from; at <= limit - Frame.MIN_HEADER_BYTES; at++) {
      int inWindow = ensure(at, Frame.MIN_HEADER_BYTES, limit);
      if (window.getInt(inWindow) == Frame.MARKER) {
        Found found = look(at, limit);
        if (found == Found.RECORD || found == Found.LOST) {
          return at;
        }
      }
    }
    return limit;
  }

  /** Whether there are nothing but NULs in a part: a file that has grown without its data. */
  boolean isZero(long from, long limit) throws IOException {
    for (long at = from; at < limit; at++) {
      if (window.get(ensure(at, 1, limit)) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether it is a record, whole or not, that was found last. */
  boolean isRecord() {
    return kind != Frame.LOST;
  }

  /** The sequence of what was found: a record's own, or the first of those lost. */
  long sequence() {
    return Frame.sequence(window, header);
  }

  /** Of {@code LOST}: how many records. */
  int lost() {
    return Frame.fourth(window, header);
  }

  /** The number of the record that was found; 0 if it has none. */
  long number() {
    return Frame.number(window, header);
  }

  /** Where what was found ends; of {@code LOST}, where its header does. */
  long end() {
    return offset + headerLength() + (kind == Frame.LOST ? 0 : bodyLength);
  }

  private int headerLength() {
    return Frame.headerLength(kind);
  }

  /** The record that was found. */
  AuditRecord record() {
    byte[] bytes = window.array();
    int body = header + headerLength();
    int headLength = window.getShort(body + 20) & 0xffff;
    int textAt = body + Frame.FIXED_BODY_BYTES;
    byte[] head = null;
    if (headLength != Frame.NO_HEAD) {
      head = Arrays.copyOfRange(bytes, textAt, textAt + headLength);
      textAt += headLength;
    }
    AuditRecord record =
        AuditRecord.ofBytes(
            window.getInt(body),
            window.getLong(body + 4),
            window.getLong(body + 12),
            Arrays.copyOfRange(bytes, textAt, body + bodyLength));
    if (head != null) {
      record = record.withHeadBytes(head);
    }
    long number = number();
    return number == 0 ? record : record.withNumber(number);
  }

  /** Whether the record that was found is the one that another reader has found. */
  boolean isSame(SegmentReader other) {
    int length = bodyLength;
    int body = header + headerLength();
    int otherBody = other.header + other.headerLength();
    return number() == other.number()
        && Arrays.equals(
            window.array(),
            body,
            body + length,
            other.window.array(),
            otherBody,
            otherBody + other.bodyLength);
  }

  /** Has bytes of the segment in the window; returns where. */
  private int ensure(long from, int length, long limit) throws IOException {
    if (from < windowStart || from + length > windowStart + windowLength) {
      fill(from, length, limit);
    }
    return (int) (from - windowStart);
  }

  private void fill(long from, int length, long limit) throws IOException {
    if (length > window.capacity()) {
      window = ByteBuffer.allocate(length);
    }
    windowStart = from;
    windowLength = 0;
    RandomAccessFile open = opened();
    open.seek(from);
    int wanted = (int) Math.min(window.capacity(), limit - from);
    while (windowLength < wanted) {
      int read = open.read(window.array(), windowLength, wanted - windowLength);
      if (read < 0) {
        break;
      }
      windowLength += read;
    }
    if (windowLength < length) {
      throw new EOFException(segment + " is shorter than it was");
    }
  }

  private RandomAccessFile opened() throws IOException {
    RandomAccessFile open = file;
    if (open == null) {
      // Not a channel: an interrupt of the thread that reads would close it.
      open = new RandomAccessFile(segment.path.toFile(), "r");
      file = open;
    }
    return open;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
