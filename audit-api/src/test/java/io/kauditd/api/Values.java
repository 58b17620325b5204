// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import java.util.Random;

/** Values such as nobody expects in a field. */
final class Values {
  private static final String[] PIECES = {
    "\"",
    "'",
    "\\",
    "=",
    " ",
    "\n",
    "\r",
    "\t",
    "\u001D",
    "res=success",
    " res=success",
    "uid=0",
    "acct=\"root\"",
    "' res=success",
    "msg='",
    "hostname=x",
    "exe=",
    "(",
    ")",
    ":",
    ",",
    "a",
    "Z",
    "0",
    "00",
    "CAFE",
    "é",
    "€",
    "\uD83D\uDE00",
    "\u007F",
    "\u0085",
    "\u2028",
    "alice",
    "?",
    "%s"
  };

  private Values() {}

  /** Up to so many pieces. No NUL: C ends a text there. */
  static String any(Random random, int most) {
    int length = random.nextInt(most + 1);
    var value = new StringBuilder();
    for (int i = 0; i < length; i++) {
      if (random.nextInt(3) > 0) {
        value.append(PIECES[random.nextInt(PIECES.length)]);
      } else {
        value.append((char) (1 + random.nextInt(random.nextBoolean() ? 0x7F : 0xD7FF)));
      }
    }
    return value.toString();
  }
}
