// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.files.FileStatus;
import io.kauditd.files.Place;
import io.kauditd.files.UnfitFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of a log as it was found: whether the last line is whole, and where the whole lines end.
 * A line is torn if the machine or the process died while it was written; such a line was never
 * reported as taken. A machine that died can also leave NULs behind, where the file had grown but
 * its data never reached the disk.
 *
 * <p>A file that is no log is neither cut nor written to.
 *
 * @param sizeBytes the size of the file when it was looked at
 * @param wholeBytes where its last whole line ends
 */
record Tail(long sizeBytes, long wholeBytes) {
  static final Tail EMPTY = new Tail(0, 0);

  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int BEGINNING_BYTES = 2 * AuditLineEncoder.MAX_LINE_BYTES;

  /** More than a kernel holds back of a log before the disk has it. */
  private static final long MAX_NULS_BYTES = 16 << 20;

  private static final int OTHERS = 0037; // a log is not writable for its group

  /** A host may have a name of several words. */
  private static final String SPACED_NODE = "(?:node|host)=[^\\p{Cntrl}=]{1,64} ";

  /** What every line that a log has contains, whatever else its record brought along. */
  private static final Pattern LINE =
      Pattern.compile(
          SPACED_NODE
              + "type=\\S+ msg=.*|(\\S+=\\S* )*type=\\S+ msg=.*|(\\P{Cntrl}* )?msg=audit\\([0-9].*",
          Pattern.DOTALL);

  /** How the first line of a log begins; asked whether a piece of it can become one. */
  private static final Pattern FIRST_LINE =
      Pattern.compile(
          "((node|host)=\\S* |"
              + SPACED_NODE
              + ")?type=[A-Z0-9_\\[\\]]+ msg=audit\\([0-9]+\\.[0-9]+:[0-9]+\\): .*",
          Pattern.DOTALL);

  /**
   * Looks at the end of a file.
   *
   * @throws UnfitFileException if it is no log
   */
  static Tail of(Path path, Place place) throws IOException {
    FileStatus status = place.status();
    try (FileChannel file = place.open(Set.of(StandardOpenOption.READ))) {
      long size = file.size();
      if (size == 0) {
        return EMPTY;
      }
      long written = endOfData(file, size);
      long whole = endOfLastLine(file, written);
      boolean isLog =
          written == 0
              ? size <= MAX_NULS_BYTES && (status.permissions() & OTHERS) == 0
              : isLog(file, written, whole);
      if (!isLog || written - whole > AuditLineEncoder.MAX_LINE_BYTES) {
        throw new UnfitFileException(
            path
                + " does not look like an audit log; nothing was changed; choose another file, or"
                + " move this one away");
      }
      return new Tail(size, whole);
    }
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

  /** Whether the first line is a log's or the last whole one is, or a piece is all there is. */
  @SuppressWarnings("JdkObsolete") // hitEnd: whether more could make a line of it
  private static boolean isLog(FileChannel file, long end, long whole) throws IOException {
    String beginning = text(file, 0, Math.min(end, BEGINNING_BYTES));
    int firstEnd = beginning.indexOf('\n');
    if (firstEnd < 0) {
      Matcher piece = FIRST_LINE.matcher(beginning);
      return piece.matches() || piece.hitEnd();
    }
    if (LINE.matcher(beginning.substring(0, firstEnd)).matches()) {
      return true;
    }
    String last = text(file, Math.max(0, whole - BEGINNING_BYTES), Math.max(0, whole - 1));
    return LINE.matcher(last.substring(last.lastIndexOf('\n') + 1)).matches();
  }

  private static String text(FileChannel file, long from, long to) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate((int) (to - from));
    return new String(chunk.array(), 0, read(file, chunk, from, to), ISO_8859_1);
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
