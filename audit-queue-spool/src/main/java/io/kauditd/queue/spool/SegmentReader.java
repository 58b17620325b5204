// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment frame by frame, and finds the next whole one behind damage. What {@link #look}
 * found is told until it is called again.
 */
final class SegmentReader implements AutoCloseable {
  private static final int WINDOW_BYTES = 64 * 1024;

  /** What stands at a place of a segment. */
  enum Found {
    /** A whole record. */
    RECORD,
    /** Records that were found damaged, and counted, before. */
    LOST,
    /** Bytes that are no whole frame, with one behind them, or a record whose body is damaged. */
    DAMAGED,
    /** Bytes that are no whole frame, up to the end. */
    DAMAGED_TO_THE_END,
    /** A piece of a frame, cut off by the end. */
    TORN,
    /** The end. */
    END
  }

  private final Segment segment;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
  private long windowStart;
  private int windowLength;
  private @Nullable RandomAccessFile file;

  private long sequence;
  private long through;
  private long end;
  private int body; // in the window
  private int bodyLength;

  SegmentReader(Segment segment) {
    this.segment = segment;
  }

  /**
   * Looks at what stands at a place.
   *
   * @param limit where the segment ends
   * @param expected the sequence that comes next; frames with a lower one count as damage
   */
  Found look(long offset, long limit, long expected) throws IOException {
    if (offset >= limit) {
      return Found.END;
    }
    if (limit - offset < Frame.HEADER_BYTES) {
      end = limit;
      return Found.TORN;
    }
    try {
      int at = ensure(offset, Frame.HEADER_BYTES, limit);
      if (isFrame(at, expected)) {
        return frame(offset, limit, at);
      }
      return search(offset, limit, expected);
    } catch (EOFException e) { // somebody has cut the file
      end = limit;
      return Found.DAMAGED_TO_THE_END;
    }
  }

  private boolean isFrame(int at, long expected) {
    return Frame.isHeader(window, at, segment.salt, crc) && Frame.sequence(window, at) >= expected;
  }

  private Found frame(long offset, long limit, int header) throws IOException {
    sequence = Frame.sequence(window, header);
    bodyLength = Frame.bodyLength(window, header);
    int fourth = Frame.fourth(window, header);
    end = offset + Frame.HEADER_BYTES + bodyLength;
    if (Frame.kind(window, header) == Frame.LOST) {
      through = sequence + fourth - 1;
      end = Math.min(end, limit);
      return Found.LOST;
    }
    through = sequence;
    if (end > limit) {
      end = limit;
      return Found.TORN;
    }
    body = ensure(offset, Frame.HEADER_BYTES + bodyLength, limit) + Frame.HEADER_BYTES;
    return fourth == Frame.check(crc, window, body, bodyLength, segment.salt)
        ? Found.RECORD
        : Found.DAMAGED;
  }

  /** Searches for the next frame. */
  private Found search(long offset, long limit, long expected) throws IOException {
    boolean zeros = true;
    for (long at = offset; at <= limit - Frame.HEADER_BYTES; at++) {
      int inWindow = ensure(at, Frame.HEADER_BYTES, limit);
      zeros &= window.get(inWindow) == 0;
      if (isFrame(inWindow, expected)) {
        through = Frame.sequence(window, inWindow) - 1;
        end = at;
        return Found.DAMAGED;
      }
    }
    int last = ensure(limit - Frame.HEADER_BYTES, Frame.HEADER_BYTES, limit);
    for (int i = last; i < last + Frame.HEADER_BYTES; i++) {
      zeros &= window.get(i) == 0;
    }
    end = limit;
    // Where a file has grown and its data never came to the disk there are NULs.
    return zeros ? Found.TORN : Found.DAMAGED_TO_THE_END;
  }

  /** The first sequence of what was found: a record's own, or the first of those lost. */
  long sequence() {
    return sequence;
  }

  /** The last sequence of what was found: of {@code DAMAGED}, the last that is lost by it. */
  long through() {
    return through;
  }

  /** Where what was found ends. */
  long end() {
    return end;
  }

  /** The record that was found. */
  AuditRecord record() {
    byte[] bytes = window.array();
    int headLength = window.getShort(body + 20) & 0xffff;
    int textAt = body + Frame.FIXED_BODY_BYTES;
    String head = null;
    if (headLength != Frame.NO_HEAD) {
      head = new String(bytes, textAt, headLength, StandardCharsets.UTF_8);
      textAt += headLength;
    }
    AuditRecord record =
        AuditRecord.ofBytes(
            window.getInt(body),
            window.getLong(body + 4),
            window.getLong(body + 12),
            Arrays.copyOfRange(bytes, textAt, body + bodyLength));
    return head == null ? record : record.withHead(head);
  }

  /** Has bytes of the segment in the window; returns where. */
  private int ensure(long offset, int length, long limit) throws IOException {
    if (offset < windowStart || offset + length > windowStart + windowLength) {
      fill(offset, length, limit);
    }
    return (int) (offset - windowStart);
  }

  private void fill(long offset, int length, long limit) throws IOException {
    if (length > window.capacity()) {
      window = ByteBuffer.allocate(length);
    }
    windowStart = offset;
    windowLength = 0;
    RandomAccessFile open = opened();
    open.seek(offset);
    int wanted = (int) Math.min(window.capacity(), limit - offset);
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
