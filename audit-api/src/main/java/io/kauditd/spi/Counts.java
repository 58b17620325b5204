// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * Numbers of things as text, for messages: {@code 1 record}, {@code 2 records}.
 *
 * @since 0.1.0
 */
public final class Counts {
  private Counts() {}

  /**
   * A number of things.
   *
   * @param thing the name of one, whose plural ends in an s: {@code record}
   */
  public static String of(long count, String thing) {
    return of(count, thing, thing + "s");
  }

  /**
   * A number of things, and what is said of them.
   *
   * @param one what follows the number 1: {@code record is lost}
   * @param others what follows any other: {@code records are lost}
   */
  public static String of(long count, String one, String others) {
    return count + " " + (count == 1 ? one : others);
  }
}
