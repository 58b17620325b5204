// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

/**
 * Text that a terminal shows but does not obey, whatever it contains. Escaped are control
 * characters (C0, DEL, C1), characters that turn the direction of text or cannot be seen, line
 * separators, and halves of surrogate pairs: {@code \x1b}, {@code \u202e}. Everything that the
 * command shows passes through here.
 */
public final class Harmless {
  private Harmless() {}

  /**
   * One line. Line ends are escaped as well, since a line end from outside would begin a line of
   * its own.
   */
  public static String line(String text) {
    return escaped(text, false);
  }

  /** Lines, whose ends and tabs stay. */
  static String lines(String text) {
    return escaped(text, true);
  }

  /** A byte that is no part of a character. */
  static String ofByte(byte odd) {
    return "\\x%02x".formatted(odd & 0xff);
  }

  private static String escaped(String text, boolean keepsLines) {
    int first = firstHarmful(text, keepsLines);
    if (first == text.length()) {
      return text;
    }
    var safe = new StringBuilder(text.length() + 16).append(text, 0, first);
    text.codePoints()
        .skip(text.codePointCount(0, first))
        .forEach(c -> {
          if (isHarmful(c, keepsLines)) {
            safe.append(escape(c));
          } else {
            safe.appendCodePoint(c);
          }
        });
    return safe.toString();
  }

  private static int firstHarmful(String text, boolean keepsLines) {
    int at = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (isHarmful(c, keepsLines)) {
        return at;
      }
      at += Character.charCount(c);
    }
    return at;
  }

  private static boolean isHarmful(int c, boolean keepsLines) {
    if (c >= ' ' && c < 0x7f) {
      return false;
    }
    if (c == '\n' || c == '\t') {
      return !keepsLines;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static String escape(int c) {
    if (c == '\n') {
      return "\\n";
    }
    if (c == '\t') {
      return "\\t";
    }
    if (c == '\r') {
      return "\\r";
    }
    return (c <= 0xff ? "\\x%02x" : c <= 0xffff ? "\\u%04x" : "\\u{%x}").formatted(c);
  }
}
