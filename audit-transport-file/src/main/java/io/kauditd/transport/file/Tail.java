// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.api.AuditLineEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The end of a log as it was found: whether the last line is whole, and where the whole lines end.
 * A line is torn when the machine or the process died while it was written; it was then never
 * reported as taken. A machine that died can leave NULs behind as well, where the file had grown
 * and its data never came to the disk.
 *
 * <p>A file is looked at before it is opened for writing and locked, since closing any channel to
 * it afterwards would end the lock.
 *
 * @param sizeBytes the size of the file when it was looked at
 * @param wholeBytes where its last whole line ends
 */
record Tail(long sizeBytes, long wholeBytes) {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int BEGINNING_BYTES = 512;

  /**
   * Looks at the end of a file.
   *
   * @throws UnfitFileException if it ends in something that is no torn line of a log
   */
  static Tail of(Path path) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long size = file.size();
      long written = endOfData(file, size);
      long whole = endOfLastLine(file, written);
      if (whole < size && !isLog(file, written)) {
        throw unfit(path);
      }
      if (written - whole > AuditLineEncoder.MAX_LINE_BYTES) {
        throw unfit(path);
      }
      return new Tail(size, whole);
    }
  }

  private static UnfitFileException unfit(Path path) {
    return new UnfitFileException(
        path
            + " does not end in a line end, and is no audit log that was cut short; nothing was"
            + " changed; choose another file, or end its last line");
  }

  boolean isTorn() {
    return wholeBytes < sizeBytes;
  }

  /** Where the NULs at the end begin; most files have none. */
  private static long endOfData(FileChannel file, long size) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (long end = size; end > 0; ) {
      int length = read(file, chunk, Math.max(0, end - CHUNK_BYTES), end);
      for (int i = length - 1; i >= 0; i--) {
        if (chunk.get(i) != 0) {
          return end - length + i + 1;
        }
      }
      end -= length;
    }
    return 0;
  }

  /** Where the last line end is that stands no farther back than the longest line reaches. */
  private static long endOfLastLine(FileChannel file, long end) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(AuditLineEncoder.MAX_LINE_BYTES + 1);
    long from = Math.max(0, end - chunk.capacity());
    for (int i = read(file, chunk, from, end) - 1; i >= 0; i--) {
      if (chunk.get(i) == '\n') {
        return from + i + 1;
      }
    }
    return from;
  }

  /** Whether the file begins as a log does, if only with a piece of its first line. */
  private static boolean isLog(FileChannel file, long end) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(BEGINNING_BYTES);
    int length = read(file, chunk, 0, Math.min(end, BEGINNING_BYTES));
    String beginning = new String(chunk.array(), 0, length, ISO_8859_1);
    if (beginning.indexOf('\n') < 0 && length < BEGINNING_BYTES) {
      return startsAlike(beginning, "type=") || startsAlike(beginning, "node=");
    }
    String firstLine = beginning.lines().findFirst().orElse("");
    return firstLine.startsWith("type=")
        || firstLine.startsWith("node=")
        || firstLine.contains(" msg=audit(");
  }

  /** Whether one of the two is how the other begins. */
  private static boolean startsAlike(String text, String start) {
    return text.startsWith(start) || start.startsWith(text);
  }

  /** Reads from one position to another, or as much of it as there is. */
  private static int read(FileChannel file, ByteBuffer chunk, long from, long to)
      throws IOException {
    chunk.clear().limit((int) (to - from));
    while (chunk.hasRemaining() && file.read(chunk, from + chunk.position()) > 0) {
      // the condition does it
    }
    return chunk.position();
  }
}
