// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Walks over the bytes of a log line. Each step says whether what it expects was there. */
final class LineCursor {
  static final byte[] NODE = ascii("node=");
  static final byte[] HOST = ascii("host=");
  static final byte[] TYPE = ascii("type=");
  static final byte[] MSG = ascii(" msg=audit(");
  static final byte[] END = ascii("): ");
  static final byte[] SPACE = ascii(" ");

  private static final int MAX_HOST_NAME = 64; // __NEW_UTS_LEN
  private static final int SECONDS_DIGITS = 16; // Long.MAX_VALUE milliseconds
  private static final int SERIAL_DIGITS = 20; // an unsigned long

  private final byte[] bytes;
  private final int end;
  private int position;
  private long serial;

  LineCursor(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.position = from;
    this.end = to;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  int position() {
    return position;
  }

  /** The serial that {@link #skipsSerial} has read. */
  long serial() {
    return serial;
  }

  /** Goes past a literal. */
  boolean skips(byte[] literal) {
    if (!isAt(literal)) {
      return false;
    }
    position += literal.length;
    return true;
  }

  /** Goes past one or more printable bytes that are no spaces. */
  boolean skipsWord() {
    int start = position;
    while (position < end && bytes[position] > ' ' && bytes[position] < 0x7F) {
      position++;
    }
    return position > start;
  }

  /**
   * Goes past the name of a host and the space behind it: bytes that are no spaces and no control
   * characters. A host may be called {@code CentOS 7.7}: where no type follows the first word, the
   * name goes on, with words that hold no equals sign, as long as the kernel lets one be.
   */
  boolean skipsName() {
    int start = position;
    skipsNameWord();
    if (!skips(SPACE)) {
      return false;
    }
    if (isAt(TYPE)) {
      return true;
    }
    while (skipsNameWord() && position - start <= MAX_HOST_NAME && skips(SPACE)) {
      if (isAt(TYPE)) {
        return LineBytes.indexOf(bytes, start, position, (byte) '=') < 0;
      }
    }
    return false;
  }

  private boolean skipsNameWord() {
    int start = position;
    while (position < end && (bytes[position] < 0 || bytes[position] > ' ')) {
      position++;
    }
    return position > start;
  }

  private boolean isAt(byte[] literal) {
    int to = position + literal.length;
    return to <= end && Arrays.equals(bytes, position, to, literal, 0, literal.length);
  }

  /** Goes past the usual end of a stamp: a colon and a space before a text, or a colon alone. */
  boolean skipsUsualEnd() {
    if (position + 2 == end && bytes[position] == ')' && bytes[position + 1] == ':') {
      position = end;
      return true;
    }
    return position + END.length < end && skips(END);
  }

  /** Goes past the end of a stamp that another program wrote: with or without colon and space. */
  boolean skipsOtherEnd() {
    if (position == end || bytes[position] != ')') {
      return false;
    }
    position++;
    boolean colon = position < end && bytes[position] == ':';
    if (colon) {
      position++;
    }
    boolean space = position < end && bytes[position] == ' ';
    if (space) {
      position++;
    }
    return colon || space || position == end;
  }

  /** Goes past {@code 1642555588.123} and returns it in milliseconds, -1 if it is not there. */
  long time() {
    int start = position;
    long seconds = digits(SECONDS_DIGITS);
    if (hasLeadingZero(start) || position == end || bytes[position] != '.') {
      return -1;
    }
    position++;
    start = position;
    long millis = digits(3);
    if (position != start + 3 || seconds > (Long.MAX_VALUE - millis) / 1000) {
      return -1;
    }
    return seconds * 1000 + millis;
  }

  /** Goes past {@code :456}. */
  boolean skipsSerial() {
    if (position == end || bytes[position] != ':') {
      return false;
    }
    position++;
    int start = position;
    serial = digits(SERIAL_DIGITS);
    // Twenty digits may be too many for 64 bits: then they do not come out again as they went in.
    return !hasLeadingZero(start)
        && (position - start < SERIAL_DIGITS
            || Long.toUnsignedString(serial).equals(LineBytes.ascii(bytes, start, position)));
  }

  /** Reads at most {@code most} digits, modulo 2<sup>64</sup>. */
  private long digits(int most) {
    int stop = Math.min(end, position + most);
    long value = 0;
    while (position < stop && bytes[position] >= '0' && bytes[position] <= '9') {
      value = value * 10 + bytes[position++] - '0';
    }
    return value;
  }

  /** Whether there is no number since {@code start}, or not the one usual way to write it. */
  private boolean hasLeadingZero(int start) {
    return position == start || (bytes[start] == '0' && position > start + 1);
  }
}
