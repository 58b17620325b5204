// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.util.Locale;

/** Numbers for people. */
public final class NumberText {
  private NumberText() {}

  /** {@code 12,345}. */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1 record}, {@code 12,345 records}; the plural ends in an s. */
  public static String grouped(long number, String thing) {
    return grouped(number) + " " + (number == 1 ? thing : thing + "s");
  }
}
