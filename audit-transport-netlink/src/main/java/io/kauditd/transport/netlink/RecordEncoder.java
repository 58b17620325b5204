// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Writes records into messages. Bytes that would end a line, or the text, become spaces.
 *
 * <p>The kernel's form has room for a type, a time, a serial and a text. If a record has more, or
 * its type means something else to the receiver, its log line is written instead, in a message of a
 * special type ({@link Nl#AUDIT_LINE}), so that it arrives unchanged. If a record cannot be read
 * back unchanged from its line, it is not written at all.
 */
final class RecordEncoder {
  /** What {@link #putRecord} and {@link #putUserMessage} return if the text is too long. */
  static final int TOO_LONG = -1;

  /** What {@link #putRecord} returns for a record that would arrive as another one. */
  static final int NOT_WHOLE = -2;

  private static final int LONGEST_STAMP = 64;

  private final byte[] stamp = new byte[LONGEST_STAMP];
  private @Nullable LineWriter lines;

  /** Few engines ever need one. */
  private static final class LineWriter {
    final AuditLineEncoder encoder = new AuditLineEncoder();
    final byte[] line = new byte[AuditLineEncoder.MAX_LINE_BYTES];
  }

  /**
   * Writes a record for the daemon of an engine.
   *
   * @return the length of the message, {@link #TOO_LONG}, or {@link #NOT_WHOLE}
   */
  int putRecord(AuditRecord record, MemorySegment data, long at, int sequence) {
    byte[] text = record.textBytes();
    return fitsKernelsForm(record, text)
        ? putStamped(record, text, data, at, sequence)
        : putLine(record, text, data, at, sequence);
  }

  /** Whether a record that is sent as the kernel does is read as the same one. */
  private static boolean fitsKernelsForm(AuditRecord record, byte[] text) {
    int length = text.length;
    return record.rawHead() == null
        && Datagram.isRecord(record.type())
        && RecordParser.holds(record.timeMs(), record.serial())
        && length <= AuditRecord.MAX_LENGTH_BYTES
        && (length == 0 || (text[length - 1] != ' ' && !AuditLine.breaksLine(text[length - 1])));
  }

  private int putLine(AuditRecord record, byte[] text, MemorySegment data, long at, int sequence) {
    LineWriter writer = lines;
    if (writer == null) {
      writer = new LineWriter();
      lines = writer;
    }
    int length = writer.encoder.encode(record, writer.line, 0) - 1; // without the line feed
    if (length < 0) {
      return TOO_LONG;
    }
    AuditRecord read = AuditLine.parse(writer.line, 0, length);
    if (read == null
        || read.type() != record.type()
        || read.timeMs() != record.timeMs()
        || read.serial() != record.serial()
        || !isSame(read.textBytes(), text)) {
      return NOT_WHOLE;
    }
    Nl.putHeader(data, at, Nl.HEADER + length, Nl.AUDIT_LINE, 0, sequence);
    MemorySegment.copy(writer.line, 0, data, JAVA_BYTE, at + Nl.HEADER, length);
    return Nl.HEADER + length;
  }

  /** Whether a text is the same, but for bytes that became spaces. */
  private static boolean isSame(byte[] read, byte[] text) {
    boolean same = read.length == text.length;
    for (int i = 0; same && i < text.length; i++) {
      same = read[i] == text[i] || (read[i] == ' ' && AuditLine.breaksLine(text[i]));
    }
    return same;
  }

  /** Writes a record as the kernel sends it to its daemon: header, stamp, text. */
  private int putStamped(
      AuditRecord record, byte[] text, MemorySegment data, long at, int sequence) {
    int stampAt = writeStamp(record.timeMs(), record.serial());
    int stampLength = LONGEST_STAMP - stampAt;
    int length = Nl.HEADER + stampLength + text.length;
    Nl.putHeader(data, at, length, record.type(), 0, sequence);
    MemorySegment.copy(stamp, stampAt, data, JAVA_BYTE, at + Nl.HEADER, stampLength);
    putText(text, data, at + Nl.HEADER + stampLength);
    return length;
  }

  /**
   * Writes a record as a user message, which the kernel stamps itself: header, text, NUL.
   *
   * @return the length of the message, or {@link #TOO_LONG} if the kernel would cut it
   */
  int putUserMessage(AuditRecord record, MemorySegment data, long at, int sequence) {
    byte[] text = record.textBytes();
    if (text.length > Nl.MAX_USER_TEXT_LENGTH) {
      return TOO_LONG;
    }
    int length = Nl.HEADER + text.length + 1;
    Nl.putHeader(data, at, length, record.type(), Nl.NLM_F_REQUEST | Nl.NLM_F_ACK, sequence);
    putText(text, data, at + Nl.HEADER);
    data.set(JAVA_BYTE, at + Nl.HEADER + text.length, (byte) 0);
    return length;
  }

  private static void putText(byte[] text, MemorySegment data, long at) {
    MemorySegment.copy(text, 0, data, JAVA_BYTE, at, text.length);
    for (int i = 0; i < text.length; i++) {
      if (text[i] < ' ' && AuditLine.breaksLine(text[i])) {
        data.set(JAVA_BYTE, at + i, (byte) ' ');
      }
    }
  }

  /** Writes {@code audit(1642555588.123:456): } against the end of the array, from the back. */
  private int writeStamp(long timeMs, long serial) {
    int at = LONGEST_STAMP;
    stamp[--at] = ' ';
    stamp[--at] = ':';
    stamp[--at] = ')';
    at = writeNumber(serial, at, 1);
    stamp[--at] = ':';
    at = writeNumber(Math.floorMod(timeMs, 1000L), at, 3);
    stamp[--at] = '.';
    at = writeNumber(Math.max(0, Math.floorDiv(timeMs, 1000L)), at, 1);
    stamp[--at] = '(';
    stamp[--at] = 't';
    stamp[--at] = 'i';
    stamp[--at] = 'd';
    stamp[--at] = 'u';
    stamp[--at] = 'a';
    return at;
  }

  private int writeNumber(long value, int end, int minDigits) {
    int at = end;
    long rest = value;
    if (rest < 0) { // an unsigned number: one slow division makes the others fast
      stamp[--at] = (byte) ('0' + Long.remainderUnsigned(rest, 10));
      rest = Long.divideUnsigned(rest, 10);
    }
    do {
      stamp[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0 || end - at < minDigits);
    return at;
  }
}
