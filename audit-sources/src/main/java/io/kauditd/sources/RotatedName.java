// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.util.regex.Pattern;

/**
 * Which names beside a log are names of its rotated files: {@code audit.log.1}, {@code
 * app.log-20261125.gz}, {@code app-2026-11-25.log}, {@code app.1.log}, {@code app.log.old}. A name
 * that differs by a word is that of another log.
 */
final class RotatedName {
  private static final Pattern PACKED = Pattern.compile("\\.(gz|xz|zst|bz2|lz4|Z)$");
  private static final Pattern NUMBER_OR_DATE =
      Pattern.compile("[-._][0-9TZ:+._-]*[0-9][0-9TZ:+._-]*|[0-9T:+-][0-9TZ:+._-]*[-._]");
  private static final Pattern WORD = Pattern.compile("[-._](old|bak|prev|save|orig)");
  private static final Pattern DIGIT = Pattern.compile("[0-9]");
  private static final Pattern NUMBER = Pattern.compile("\\.[0-9]{1,6}");
  private static final int DIGITS_OF_A_DATE = 6;

  private final String base;
  private final String basePattern;
  private final boolean dated;

  /**
   * Names beside a log.
   *
   * @param base the name of the log itself
   */
  RotatedName(String base) {
    this.base = base;
    this.basePattern = DIGIT.matcher(base).replaceAll("0");
    this.dated = DIGIT.matcher(base).results().count() >= DIGITS_OF_A_DATE;
  }

  /** Whether this is the name of a rotated file. */
  boolean matches(String name) {
    String plain = unpacked(name);
    if (plain.equals(base)) {
      return plain.length() < name.length();
    }
    if (dated && DIGIT.matcher(plain).replaceAll("0").equals(basePattern)) {
      return true;
    }
    int start = 0;
    while (start < base.length()
        && start < plain.length()
        && base.charAt(start) == plain.charAt(start)) {
      start++;
    }
    if (!plain.endsWith(base.substring(start))) {
      return false;
    }
    String added = plain.substring(start, plain.length() - (base.length() - start));
    return NUMBER_OR_DATE.matcher(added).matches() || WORD.matcher(added).matches();
  }

  /** The number of {@code audit.log.2}, also of {@code audit.log.2.gz}; 0 of other names. */
  int number(String name) {
    String plain = unpacked(name);
    if (!plain.startsWith(base)) {
      return 0;
    }
    String added = plain.substring(base.length());
    return NUMBER.matcher(added).matches() ? Integer.parseInt(added.substring(1)) : 0;
  }

  /** The name without what a compressor adds to it. */
  static String unpacked(String name) {
    return PACKED.matcher(name).replaceFirst("");
  }
}
