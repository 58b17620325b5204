// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.time.Duration;
import java.util.Locale;

/** Numbers as a person reads them. */
public final class NumberText {
  private NumberText() {}

  /** {@code 12,345}. */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1.5s}, {@code 2m10s} or {@code 3h7m}. */
  public static String seconds(long elapsedMs) {
    Duration elapsed = Duration.ofMillis(elapsedMs);
    if (elapsed.toMinutes() == 0) {
      return String.format(Locale.ROOT, "%.1fs", elapsedMs / 1000.0);
    }
    return elapsed.toHours() == 0
        ? elapsed.toMinutes() + "m" + elapsed.toSecondsPart() + "s"
        : elapsed.toHours() + "h" + elapsed.toMinutesPart() + "m";
  }
}
