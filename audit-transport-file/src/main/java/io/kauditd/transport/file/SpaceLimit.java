// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.spi.Counts;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A limit of free space on a disk, below which something is done: a size, or a share of the disk.
 *
 * @since 0.1.0
 */
public final class SpaceLimit {
  /** No limit: nothing is ever done. */
  public static final SpaceLimit NONE = new SpaceLimit(0, 0);

  static final String KIND = "MiB as in auditd.conf, a size such as 75MiB, or a share such as 5%";
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})\\s*(%|[A-Za-z]*)");

  private final long bytes;
  private final int percent;

  private SpaceLimit(long bytes, int percent) {
    this.bytes = bytes;
    this.percent = percent;
  }

  /** A size in bytes, above 0. */
  public static SpaceLimit ofBytes(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException(
          "a space limit of " + Counts.of(bytes, "byte") + " is not above 0");
    }
    return new SpaceLimit(bytes, 0);
  }

  /** A share of the disk, from 1 to 99 percent. */
  public static SpaceLimit ofPercent(int percent) {
    if (percent < 1 || percent > 99) {
      throw new IllegalArgumentException(
          "a space limit of " + percent + " percent is not between 1 and 99");
    }
    return new SpaceLimit(0, percent);
  }

  /**
   * Reads a limit as a user writes it: {@code 75} (MiB, as auditd has it), {@code 75MiB}, {@code
   * 2GiB}, {@code 5%}; {@code 0} is none.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static SpaceLimit parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no limit: " + text);
    }
    long number = Long.parseLong(matcher.group(1));
    if (number == 0) {
      return NONE;
    }
    return switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
      case "%" -> ofPercent((int) Math.min(number, Integer.MAX_VALUE));
      case "k", "kib" -> ofBytes(number << 10);
      case "", "m", "mib" -> ofBytes(number << 20);
      case "g", "gib" -> ofBytes(number << 30);
      default -> throw new IllegalArgumentException("unknown unit: " + text);
    };
  }

  /** What it means on a disk of some size. */
  long bytesOf(long diskBytes) {
    return percent == 0 ? bytes : (diskBytes / 100) * percent;
  }

  /** Whether it is above another one, on every disk. */
  boolean isSurelyAbove(SpaceLimit other) {
    return percent == 0 ? bytes > other.bytes : percent > other.percent;
  }

  boolean isComparableWith(SpaceLimit other) {
    return (percent == 0) == (other.percent == 0);
  }

  boolean isNone() {
    return bytes == 0 && percent == 0;
  }

  @Override
  public String toString() {
    if (isNone()) {
      return "0";
    }
    return percent > 0 ? percent + "%" : inUnits(bytes);
  }

  /** Bytes in words. */
  static String inUnits(long bytes) {
    if (bytes >= 1 << 20) {
      return bytes / (1 << 20) + " MiB";
    }
    return bytes >= 1 << 10 ? bytes / (1 << 10) + " KiB" : Counts.of(bytes, "byte");
  }
}
