// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditLineEncoder;
import java.nio.ByteBuffer;

/**
 * Cuts what is read into lines. Holds one chunk and no more: of a line that is longer than any
 * record it keeps nothing but the length.
 */
final class LineSplitter {
  /** For a source that reads one stream. */
  static final int LARGE_CHUNK_BYTES = 256 * 1024;

  /** For a source that reads many streams at once. */
  static final int SMALL_CHUNK_BYTES = 32 * 1024;

  private static final int MAX_LINE_BYTES =
      AuditLineEncoder.MAX_LINE_BYTES + LineHeader.MAX_BYTES + 1; // \r

  private final LineRecords records;
  private final LineName name;
  private final byte[] chunk;
  private final ByteBuffer chunkBuffer;

  /** What was read and is no whole line yet stands between these. */
  private int start;

  private int end;

  /** Bytes that were let go of a line that is too long; 0 outside of such a line. */
  private long skippedBytes;

  /** NULs that stood where this line should have begun: a machine that died leaves them. */
  private long nulBytes;

  LineSplitter(LineRecords records, LineName name, int chunkBytes) {
    this.records = records;
    this.name = name;
    this.chunk = new byte[chunkBytes];
    this.chunkBuffer = ByteBuffer.wrap(chunk);
  }

  /**
   * Room to read into, a good half of the chunk at least. {@link #read} is told how much it was.
   */
  ByteBuffer room() {
    if (start > 0) {
      System.arraycopy(chunk, start, chunk, 0, end - start);
      end -= start;
      start = 0;
    }
    return chunkBuffer.clear().position(end);
  }

  /** Hands over the whole lines among the bytes that were put into the room. */
  void read(int count) {
    int from = end;
    end += count;
    leaveOutNuls();
    for (int feed;
        (feed = ByteSearch.indexOf('\n', chunk, Math.max(from, start), end)) >= 0;
        from = start) {
      line(feed);
      start = feed + 1;
      leaveOutNuls();
    }
    if (skippedBytes > 0 || end - start > MAX_LINE_BYTES) {
      skippedBytes += end - start;
      start = end;
    }
    records.pause();
  }

  private void leaveOutNuls() {
    if (skippedBytes == 0) {
      int first = start;
      while (start < end && chunk[start] == 0) {
        start++;
      }
      nulBytes += start - first;
    }
  }

  /** Hands over what is left: a last line without a line end is a record too, and is reported. */
  void end() {
    boolean torn = skippedBytes == 0 && end > start;
    if (torn || skippedBytes > 0) {
      line(end);
    }
    if (torn) {
      records.sink().problem(name + ": the input ended in the middle of it; taken as it was");
    }
    start = end;
    noteNuls();
  }

  private void noteNuls() {
    if (nulBytes > 0) {
      nulBytes = 0;
      records.sink().note("runs of NULs before lines, as a crash leaves them, left out");
    }
  }

  /** How much was read of a line whose end has not come yet, in bytes. */
  long unfinishedBytes() {
    return nulBytes + skippedBytes + end - start;
  }

  /** What was read of a line whose end has not come is none: its writer has taken it back. */
  void dropUnfinished() {
    nulBytes = 0;
    skippedBytes = 0;
    start = end;
  }

  private void line(int lineEnd) {
    noteNuls();
    name.next();
    long lengthBytes = skippedBytes + lineEnd - start;
    skippedBytes = 0;
    if (lengthBytes > MAX_LINE_BYTES) {
      records.skipped(lengthBytes, name);
    } else {
      records.take(chunk, start, lineEnd, name);
    }
  }
}
