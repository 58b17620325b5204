// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.Counts;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.SerialWatch;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record of each line and hands it to the sink. A line that an audit daemon or the kernel
 * wrote keeps its type, time and serial, whatever syslog put before it. Any other line becomes a
 * record of a chosen type, with the current time and the next serial. A bad line is reported, and
 * never stops the others. Changes to other lines are noted.
 */
final class LineRecords {
  private static final byte[] TYPE = "type=".getBytes(US_ASCII);
  private static final byte[] AUDIT = "aud".getBytes(US_ASCII); // audit: and audit(

  private final RecordSink sink;
  private final LineRules rules;
  private final boolean daemonsForm;
  private final boolean mayBeCounted;
  private final LongSupplier timeMs;
  private final @Nullable SerialWatch serials;
  private final String plainNote;

  /**
   * @param rules what the lines are
   * @param unfiltered whether nobody leaves out records before they come here
   * @param timeMs tells the time for a record that brings none, in milliseconds since the epoch
   */
  LineRecords(RecordSink sink, LineRules rules, boolean unfiltered, LongSupplier timeMs) {
    this.sink = sink;
    this.rules = rules;
    this.daemonsForm = rules.form() == LineRules.Form.AUTO || rules.form() == LineRules.Form.AUDITD;
    this.mayBeCounted =
        rules.form() == LineRules.Form.AUTO || rules.form() == LineRules.Form.SYSLOG;
    this.timeMs = timeMs;
    this.serials = rules.gaps().watches(unfiltered) ? new SerialWatch(sink, "") : null;
    this.plainNote =
        "lines were no audit records and became "
            + RecordType.nameOf(rules.plainType())
            + " records of now";
  }

  RecordSink sink() {
    return sink;
  }

  /** Some lines were taken, and more may follow at once or later. */
  void pause() {
    if (serials != null) {
      serials.tick(System.nanoTime());
    }
  }

  /** No more lines come. */
  void end() {
    if (serials != null) {
      serials.settle();
    }
  }

  /**
   * Takes one line.
   *
   * @param bytes holds the line, and may be changed within it
   * @param lineTo where it ends, without its line feed; a carriage return there belongs to the line
   *     end
   * @param where names the line in a report: {@code line 12}
   */
  void take(byte[] bytes, int from, int lineTo, LineName where) {
    int end = lineTo > from && bytes[lineTo - 1] == '\r' ? lineTo - 1 : lineTo;
    if (end == from) {
      return;
    }
    AuditRecord record = daemonsForm ? AuditLine.parse(bytes, from, end) : null;
    if (record == null && !AuditLine.isOneLine(bytes, from, end)) {
      makeOneLine(bytes, from, end);
      sink.problem(where + ": has a carriage return or a NUL inside, which became a space");
      record = daemonsForm ? AuditLine.parse(bytes, from, end) : null;
    }
    if (record != null) {
      deliver(record, "");
    } else if (!mayHoldRecord(bytes, from, end)) {
      takeText(bytes, from, end, where, ForeignLine.Kind.OTHER);
    } else if (mayBeCounted) {
      SyslogFrames.forEach(bytes, from, end, (start, to) -> takeForeign(bytes, start, to, where));
    } else {
      takeForeign(bytes, from, end, where);
    }
  }

  /** Reports a line that is longer than any record; none of it was kept. */
  void skipped(long lengthBytes, LineName where) {
    sink.problem(
        where
            + ": is "
            + Counts.of(lengthBytes, "byte")
            + " long; the text of a record has at most "
            + AuditRecord.MAX_LENGTH_BYTES
            + ", or "
            + AuditRecord.MAX_ENRICHED_LENGTH_BYTES
            + " with the names behind a 0x1D; skipped");
  }

  private void deliver(AuditRecord record, String host) {
    if (serials != null) {
      serials.seen(record, host);
    }
    sink.accept(record);
  }

  /** Every form of a record has one of these words: most other text is not looked at further. */
  private boolean mayHoldRecord(byte[] bytes, int from, int to) {
    return rules.form() != LineRules.Form.PLAIN
        && (ByteSearch.contains(TYPE, bytes, from, to)
            || ByteSearch.contains(AUDIT, bytes, from, to));
  }

  private void takeForeign(byte[] bytes, int from, int to, LineName where) {
    ForeignLine line = ForeignLine.of(Arrays.copyOfRange(bytes, from, to), rules.form());
    AuditRecord record = line.record();
    if (record == null) {
      takeText(bytes, from, to, where, line.kind());
      return;
    }
    String removed = line.removed();
    if (removed != null) {
      sink.note(removed);
    }
    if (line.kind() == ForeignLine.Kind.NO_STAMP) {
      takeWithoutStamp(record, to - from, where);
      return;
    }
    if (line.kind() == ForeignLine.Kind.KERNEL_WITHOUT_TYPE) {
      sink.note("lines named no type and were taken as " + RecordType.nameOf(record.type()));
    }
    deliver(record, line.host());
  }

  private void takeWithoutStamp(AuditRecord record, int lengthBytes, LineName where) {
    byte[] text = record.textBytes();
    if (text.length > AuditRecord.MAX_LENGTH_BYTES) {
      skipped(lengthBytes, where);
      return;
    }
    sink.problem(
        where
            + ": has no stamp msg=audit(…) that can be read; kept as a record of its type, "
            + RecordType.nameOf(record.type())
            + ", of now");
    AuditRecord now =
        AuditRecord.ofBytes(record.type(), timeMs.getAsLong(), sink.nextSerial(), text);
    byte[] head = record.headBytes();
    sink.accept(head == null ? now : now.withHeadBytes(head));
  }

  /** Takes a line that is no record as the text of one. */
  private void takeText(byte[] bytes, int from, int to, LineName where, ForeignLine.Kind kind) {
    if (to - from > AuditRecord.MAX_LENGTH_BYTES) {
      skipped(to - from, where);
      return;
    }
    String problem = problemOf(kind);
    if (problem != null) {
      sink.problem(
          where
              + ": "
              + problem
              + "; the line became the text of a record of type "
              + RecordType.nameOf(rules.plainType()));
    }
    sink.note(plainNote);
    byte[] text = Arrays.copyOfRange(bytes, from, to);
    sink.accept(
        AuditRecord.ofBytes(rules.plainType(), timeMs.getAsLong(), sink.nextSerial(), text));
  }

  private @Nullable String problemOf(ForeignLine.Kind kind) {
    if (kind == ForeignLine.Kind.KERNEL_LOSS) {
      return "says that the kernel lost records, or left them out of its log";
    }
    boolean anyForm = rules.form() == LineRules.Form.AUTO || rules.form() == LineRules.Form.PLAIN;
    if (!anyForm) {
      return "is not in the form '" + rules.form() + "'";
    }
    return kind == ForeignLine.Kind.SUSPECT ? "has an audit stamp where none can be" : null;
  }

  private static void makeOneLine(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (AuditLine.breaksLine(bytes[i])) {
        bytes[i] = ' ';
      }
    }
  }
}
