// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSink;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record of each line and hands it to the sink. A line in the audit format keeps its type,
 * time and serial; any other becomes a record of a chosen type, of now, with the next serial. A
 * line that is not as it should be is reported, and never stops the others.
 */
final class LineRecords {
  private static final byte[] STAMP = "msg=audit(".getBytes(US_ASCII);

  private final RecordSink sink;
  private final int plainType;
  private final LongSupplier timeMs;

  /**
   * @param plainType the type of a record whose line is not in the audit format
   * @param timeMs tells the time for such a record, in milliseconds since the epoch
   */
  LineRecords(RecordSink sink, int plainType, LongSupplier timeMs) {
    this.sink = sink;
    this.plainType = plainType;
    this.timeMs = timeMs;
  }

  RecordSink sink() {
    return sink;
  }

  /**
   * Takes one line.
   *
   * @param bytes holds the line, and may be changed within it
   * @param to where it ends, without its line feed; a carriage return there belongs to the line end
   * @param where names the line in a report: {@code line 12}
   */
  void take(byte[] bytes, int from, int to, LineName where) {
    int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    if (end == from) {
      return;
    }
    AuditRecord record = AuditLine.parse(bytes, from, end);
    if (record == null && !AuditLine.isOneLine(bytes, from, end)) {
      makeOneLine(bytes, from, end);
      sink.problem(where + ": has a carriage return or a NUL inside, which became a space");
      record = AuditLine.parse(bytes, from, end);
    }
    if (record == null) {
      record = plain(bytes, from, end, where);
    }
    if (record != null) {
      sink.accept(record);
    }
  }

  /** Reports a line that is longer than any record; none of it was kept. */
  void skipped(long lengthBytes, LineName where) {
    sink.problem(
        where
            + ": is "
            + lengthBytes
            + " bytes long, and a record is at most "
            + AuditRecord.MAX_LENGTH_BYTES
            + "; skipped");
  }

  private @Nullable AuditRecord plain(byte[] bytes, int from, int to, LineName where) {
    if (to - from > AuditRecord.MAX_LENGTH_BYTES) {
      skipped(to - from, where);
      return null;
    }
    if (ByteSearch.contains(STAMP, bytes, from, to)) {
      sink.problem(
          where
              + ": has a msg=audit(…) that is malformed; the whole line became the text of a record"
              + " of type "
              + RecordType.nameOf(plainType));
    }
    byte[] text = Arrays.copyOfRange(bytes, from, to);
    return AuditRecord.ofBytes(plainType, timeMs.getAsLong(), sink.nextSerial(), text);
  }

  private static void makeOneLine(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (AuditLine.breaksLine(bytes[i])) {
        bytes[i] = ' ';
      }
    }
  }
}
