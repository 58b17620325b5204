// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Durations as text: in words, for messages and reports, and as a setting is written.
 *
 * @since 0.1.0
 */
public final class Durations {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long[] UNITS_NS = {
    86_400 * SECOND_NS, 3_600 * SECOND_NS, 60 * SECOND_NS, SECOND_NS, 1_000_000, 1_000, 1
  };
  private static final String[] NAMES = {"days", "h", "min", "s", "ms", "µs", "ns"};

  /** Parts of a text: {@code 1 min 30 s} has two. */
  private static final int MOST_PARTS = 2;

  private Durations() {}

  /**
   * The duration in its largest units, at most two, and only one below a second: {@code 1 min 30
   * s}, {@code 1 s 500 ms}, {@code 20 µs}. Smaller units are left out.
   */
  public static String inWords(Duration duration) {
    if (duration.isNegative()) {
      // The longest one has no positive counterpart.
      return duration.toSeconds() == Long.MIN_VALUE
          ? "-" + (Long.MAX_VALUE / 86_400) + " days"
          : "-" + inWords(duration.negated());
    }
    long days = duration.toDays();
    long restNs = duration.minusDays(days).toNanos();
    int mostParts = duration.compareTo(Duration.ofSeconds(1)) < 0 ? 1 : MOST_PARTS;
    List<String> parts = new ArrayList<>(MOST_PARTS);
    for (int i = 0; i < UNITS_NS.length; i++) {
      long count = i == 0 ? days : restNs / UNITS_NS[i];
      restNs = i == 0 ? restNs : restNs % UNITS_NS[i];
      if (count > 0) {
        parts.add(count + " " + (i == 0 && count == 1 ? "day" : NAMES[i]));
      }
      if (parts.size() == mostParts || (!parts.isEmpty() && count == 0)) {
        break;
      }
    }
    return parts.isEmpty() ? "0" : String.join(" ", parts);
  }

  /**
   * The duration as {@link PluginOption#duration} takes it, in the largest unit that gives a whole
   * number: {@code 90s}, {@code 5m}, {@code 1500ms}. Less than a millisecond is left out.
   */
  public static String asSetting(Duration duration) {
    long ms = duration.toMillis();
    if (ms == 0) {
      return "0";
    }
    if (ms % 3_600_000 == 0) {
      return ms / 3_600_000 + "h";
    }
    if (ms % 60_000 == 0) {
      return ms / 60_000 + "m";
    }
    return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
  }
}
