// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.time.Duration;
import java.util.Locale;

/**
 * Spans of time, for people.
 *
 * @since 0.1.0
 */
public final class Spans {
  private Spans() {}

  /** As few units as say it: {@code 20 µs}, {@code 1.100 s}, {@code 65 min 3.0 s}. */
  public static String text(Duration span) {
    long ns = span.toNanos();
    if (ns < 1_000) {
      return ns + " ns";
    }
    if (ns < 1_000_000) {
      return ns / 1_000 + " µs";
    }
    if (ns < 1_000_000_000) {
      return ns / 1_000_000 + " ms";
    }
    if (span.toSeconds() < 120) {
      return String.format(Locale.ROOT, "%d.%03d s", span.toSeconds(), span.toMillisPart());
    }
    String minutes = span.toMinutes() + " min";
    long tenths = span.toSecondsPart() * 10L + span.toMillisPart() / 100;
    return tenths == 0 ? minutes : minutes + " " + tenths / 10 + "." + tenths % 10 + " s";
  }
}
