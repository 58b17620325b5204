// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Values as people write them, for messages. */
final class Words {
  private static final long[] UNITS_NS = {
    86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000, 1_000, 1
  };
  private static final String[] NAMES = {"days", "h", "min", "s", "ms", "µs", "ns"};

  /** Parts of a text: {@code 1 min 30 s} has two. */
  private static final int MOST_PARTS = 2;

  private Words() {}

  /** A duration in its largest units, two at most: {@code 500 ms}, {@code 1 min 30 s}. */
  static String of(Duration duration) {
    if (duration.isNegative()) {
      // The longest one has no positive counterpart.
      return duration.toSeconds() == Long.MIN_VALUE
          ? "-" + (Long.MAX_VALUE / 86_400) + " days"
          : "-" + of(duration.negated());
    }
    long days = duration.toDays();
    long restNs = duration.minusDays(days).toNanos();
    List<String> parts = new ArrayList<>(MOST_PARTS);
    for (int i = 0; i < UNITS_NS.length; i++) {
      long count = i == 0 ? days : restNs / UNITS_NS[i];
      restNs = i == 0 ? restNs : restNs % UNITS_NS[i];
      if (count > 0) {
        parts.add(count + " " + (i == 0 && count == 1 ? "day" : NAMES[i]));
      }
      if (parts.size() == MOST_PARTS || (!parts.isEmpty() && count == 0)) {
        break;
      }
    }
    return parts.isEmpty() ? "0" : String.join(" ", parts);
  }
}
