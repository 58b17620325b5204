// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Writes values so that none can end its field early. A plain value is put in quotes, any other is
 * written as the hexadecimal digits of its UTF-8 bytes. Follows audit_log_untrustedstring() and
 * libaudit's audit_encode_nv_string().
 *
 * <p>Fewer values count as plain than in the kernel. Tools search the text for {@code res=} or the
 * closing {@code '} of a message, and find them in a quoted value, too. Some take a backslash
 * before the quote for an escape. So values with these are encoded as well. All tools decode them.
 */
final class FieldValues {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private FieldValues() {}

  static String encode(String value) {
    return isPlain(value)
        ? '"' + value + '"'
        : HEX.formatHex(value.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '=') {
        return false;
      }
    }
    return !value.endsWith("\\");
  }

  /** Whether a value can stand without quotes: no reader cuts anything off it. */
  static boolean isWord(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "_-./:@+%".indexOf(c) < 0) {
        return false;
      }
    }
    return !value.isEmpty() && !value.endsWith(":");
  }

  /** Whether a word could be taken for an encoded value: it is no number. */
  static boolean isHex(String word) {
    return word.matches("[0-9A-Fa-f]+") && !word.matches("[0-9]+");
  }

  /** The length of a value in bytes as UTF-8; half a surrogate pair is one byte, {@code ?}. */
  static int lengthBytes(String value) {
    int length = 0;
    for (int i = 0; i < value.length(); i++) {
      length += bytesAt(value, i);
    }
    return length;
  }

  /**
   * How many chars of a value fit into this number of bytes; a surrogate pair is not split.
   *
   * @param value any
   * @param most bytes
   */
  static int charsWithin(String value, int most) {
    int length = 0;
    for (int i = 0; i < value.length(); i++) {
      length += bytesAt(value, i);
      if (length > most) {
        return isPairEnd(value, i) ? i - 1 : i;
      }
    }
    return value.length();
  }

  /** What a char adds to the length; a pair adds its four bytes with its second half. */
  private static int bytesAt(String value, int i) {
    char c = value.charAt(i);
    if (c < 0x80) {
      return 1;
    }
    if (c < 0x800) {
      return 2;
    }
    if (!Character.isSurrogate(c)) {
      return 3;
    }
    if (isPairEnd(value, i)) {
      return 3; // with the one of its first half
    }
    return 1;
  }

  private static boolean isPairEnd(String value, int i) {
    return Character.isLowSurrogate(value.charAt(i))
        && i > 0
        && Character.isHighSurrogate(value.charAt(i - 1));
  }
}
