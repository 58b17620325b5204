// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The audit daemon's log line: {@code type=USER_LOGIN msg=audit(1642555588.123:456): pid=…}.
 *
 * <p>A record is always one line: bytes that end a line, and NUL, become spaces. {@link
 * AuditLineEncoder} writes the same line as bytes, for transports.
 *
 * @since 0.1.0
 */
public final class AuditLine {
  private AuditLine() {}

  /** The line of a record, without a line end. */
  public static String format(AuditRecord record) {
    String head = record.head();
    String text = oneLine(record.text());
    if (head != null && hasStamp(head)) {
      return oneLine(head) + text;
    }
    String stamp = stamp(record.timeMs(), record.serial());
    return (head != null ? oneLine(head) : "type=" + RecordType.nameOf(record.type()))
        + " msg="
        + (text.isEmpty() ? stamp.stripTrailing() : stamp + text);
  }

  /** Whether a head has its own stamp, so that none is written after it. */
  static boolean hasStamp(Object head) {
    return head instanceof byte[] bytes
        ? LineBytes.contains(bytes, LineCursor.MSG)
        : ((String) head).contains(" msg=audit(");
  }

  /** The stamp that the kernel puts before a record's text: {@code audit(1642555588.123:456): }. */
  public static String stamp(long timeMs, long serial) {
    long millis = Math.floorMod(timeMs, 1000L);
    String padded = millis < 10 ? "00" + millis : millis < 100 ? "0" + millis : "" + millis;
    return "audit("
        + Math.floorDiv(timeMs, 1000L)
        + "."
        + padded
        + ":"
        + Long.toUnsignedString(serial)
        + "): ";
  }

  /** Whether a byte would end the line, or the text for a reader that stops at NUL. */
  public static boolean breaksLine(int c) {
    return c == '\n' || c == '\r' || c == 0;
  }

  /** Whether nothing in a part of an array {@linkplain #breaksLine breaks a line}. */
  public static boolean isOneLine(byte[] bytes, int from, int to) {
    return LineBytes.isOneLine(bytes, from, to);
  }

  /** The text with everything that {@link #breaksLine} replaced by spaces. */
  public static String oneLine(String text) {
    return text.replace('\n', ' ').replace('\r', ' ').replace('\0', ' ');
  }

  /**
   * Reads a log line; see {@link #parse(byte[], int, int)}.
   *
   * @param line the bytes of the line, without its line end; not kept
   */
  public static @Nullable AuditRecord parse(byte[] line) {
    return parse(line, 0, line.length);
  }

  /**
   * Reads a log line that is a part of an array.
   *
   * <p>Unusual parts of the line are kept in the record's {@linkplain AuditRecord#head head}: a
   * type that is unknown or spelled unusually, a {@code node=} or {@code host=} with any bytes, and
   * a stamp that does not end in a colon and a space (or in a colon if there is no text). {@code
   * docs/reference/log-format.md} has all forms.
   *
   * @param bytes holds the line; not kept
   * @param from where the line begins
   * @param to where it ends, without its line end
   * @return the record; null if the line is not in the audit format, is longer than a record may
   *     be, or contains bytes that {@link #breaksLine break a line}. {@link AuditLineEncoder}
   *     writes the record as the same bytes again.
   */
  public static @Nullable AuditRecord parse(byte[] bytes, int from, int to) {
    var line = new LineCursor(bytes, from, to);
    boolean named = line.skips(LineCursor.NODE) || line.skips(LineCursor.HOST);
    if (named && !line.skipsName()) {
      return null;
    }
    if (!line.skips(LineCursor.TYPE)) {
      return null;
    }
    int nameFrom = line.position();
    if (!line.skipsWord()) {
      return null;
    }
    int nameTo = line.position();
    if (!line.skips(LineCursor.MSG)) {
      return null;
    }
    long timeMs = line.time();
    if (timeMs < 0 || !line.skipsSerial()) {
      return null;
    }
    boolean usualStamp = line.skipsUsualEnd();
    if (!usualStamp && !line.skipsOtherEnd()) {
      return null;
    }
    int textFrom = line.position();
    int headTo = usualStamp ? nameTo : textFrom;
    if (headTo - from > AuditLineEncoder.MAX_HEAD_BYTES
        || !LineBytes.isText(bytes, textFrom, to)
        || !LineBytes.isOneLine(bytes, textFrom, to)) {
      return null;
    }
    int type = RecordType.parse(bytes, nameFrom, nameTo);
    byte[] text = Arrays.copyOfRange(bytes, textFrom, to);
    var record =
        AuditRecord.ofBytes(Math.max(type, RecordType.UNKNOWN), timeMs, line.serial(), text);
    boolean usual =
        usualStamp
            && nameFrom - from == LineCursor.TYPE.length
            && isUsualName(type, bytes, nameFrom, nameTo);
    return usual ? record : record.withHeadBytes(Arrays.copyOfRange(bytes, from, headTo));
  }

  /** Whether a type's name is written as {@link AuditLineEncoder} would write it. */
  private static boolean isUsualName(int type, byte[] bytes, int from, int to) {
    byte[] name = RecordTypeNames.nameBytes(type);
    return name != null
        ? Arrays.equals(name, 0, name.length, bytes, from, to)
        : type >= 0 && RecordType.nameOf(type).equals(LineBytes.ascii(bytes, from, to));
  }
}
