// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The audit daemon's log line: {@code type=USER_LOGIN msg=audit(1642555588.123:456): pid=…}.
 *
 * <p>Whatever a record holds, it is one line: bytes that end a line, and NUL, become spaces.
 */
public final class AuditLine {
  private static final byte[] MSG = " msg=audit(".getBytes(StandardCharsets.US_ASCII);

  private AuditLine() {}

  /** The line of a record, without a line end. */
  public static String format(AuditRecord record) {
    String head =
        record.head() != null ? record.head() : "type=" + RecordType.nameOf(record.type());
    return oneLine(head)
        + " msg="
        + stamp(record.timeMs(), record.serial())
        + oneLine(record.text());
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
    return c == '\n' || c == '\r' || c == 0 || c == 0x0B || c == 0x0C;
  }

  private static String oneLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (breaksLine(text.charAt(i))) {
        return text.chars()
            .map(c -> breaksLine(c) ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
      }
    }
    return text;
  }

  /**
   * Reads a log line.
   *
   * @param line the bytes of the line, without its line end; not kept
   * @return the record, or null if the line is not in the audit format or would not be written back
   *     as the same bytes
   */
  public static @Nullable AuditRecord parse(byte[] line) {
    int msg = indexOf(line, MSG);
    if (msg < 0) {
      return null;
    }
    String head = new String(line, 0, msg, StandardCharsets.ISO_8859_1);
    int type = typeOf(head);
    if (type < 0) {
      return null;
    }
    var digits = new Digits(line, msg + MSG.length);
    long seconds = digits.number(12);
    int dot = digits.position;
    long millis = digits.after('.') ? digits.number(3) : -1;
    if (seconds < 0 || millis < 0 || digits.position != dot + 4) {
      return null;
    }
    long serial = digits.after(':') ? digits.number(18) : -1;
    if (serial < 0 || !digits.after(')') || !digits.after(':') || !digits.after(' ')) {
      return null;
    }
    byte[] text = java.util.Arrays.copyOfRange(line, digits.position, line.length);
    AuditRecord record = AuditRecord.ofBytes(type, seconds * 1000 + millis, serial, text);
    return head.equals("type=" + RecordType.nameOf(type)) ? record : record.withHead(head);
  }

  /** The type named in a head; {@link RecordType#UNKNOWN} for a new name, -1 for no type at all. */
  private static int typeOf(String head) {
    int at =
        head.startsWith("type=") ? 0 : head.startsWith("node=") ? head.indexOf(" type=") + 1 : -1;
    if (at < 0 || (at == 0 && !head.startsWith("type="))) {
      return -1;
    }
    String name = head.substring(at + 5);
    boolean plain = !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7F);
    boolean plainHead = head.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    return plain && plainHead ? RecordType.parse(name).orElse(RecordType.UNKNOWN) : -1;
  }

  private static int indexOf(byte[] line, byte[] part) {
    for (int i = 0; i + part.length <= line.length; i++) {
      if (java.util.Arrays.equals(line, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Reads decimal numbers that are written the one usual way. */
  private static final class Digits {
    private final byte[] line;
    private int position;

    Digits(byte[] line, int position) {
      this.line = line;
      this.position = position;
    }

    /** The number at the position, or -1. Leading zeros are for the milliseconds only. */
    long number(int maxDigits) {
      int start = position;
      long value = 0;
      while (position < line.length
          && position - start < maxDigits
          && line[position] >= '0'
          && line[position] <= '9') {
        value = value * 10 + line[position++] - '0';
      }
      boolean leadingZero = position - start > 1 && line[start] == '0' && maxDigits != 3;
      return position == start || leadingZero ? -1 : value;
    }

    boolean after(char c) {
      return position < line.length && line[position++] == c;
    }
  }
}
