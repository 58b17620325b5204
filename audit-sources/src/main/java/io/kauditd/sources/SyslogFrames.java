// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The messages of a line that syslog has sent over a stream with their bytes counted (RFC 6587,
 * 3.4.1): {@code 73 <13>…}, one behind the other. A line without counts is one message.
 */
final class SyslogFrames {
  /** What is done with a message. */
  @FunctionalInterface
  interface Taker {
    void take(int from, int to);
  }

  private static final Pattern COUNT = Pattern.compile("([1-9]\\d{0,4}) (?=<\\d{1,3}>)");
  private static final int LOOK_BYTES = 16;

  private SyslogFrames() {}

  /** Takes each message; none is empty. */
  static void forEach(byte[] bytes, int from, int to, Taker taker) {
    int[] starts = starts(bytes, from, to);
    for (int i = 0; i < starts.length; i += 2) {
      taker.take(starts[i], starts[i + 1]);
    }
  }

  /** Where the messages begin and end, by turns. */
  private static int[] starts(byte[] bytes, int from, int to) {
    var counted = IntStream.builder();
    int at = from;
    while (at < to) {
      String beginning = new String(bytes, at, Math.min(LOOK_BYTES, to - at), US_ASCII);
      Matcher count = COUNT.matcher(beginning);
      if (!count.lookingAt()) {
        break;
      }
      int start = at + count.end();
      at = start + Integer.parseInt(count.group(1));
      counted.add(start).add(Math.min(at, to));
    }
    // Only if the counts lead to the end of the line; the last may count the line's own end too.
    boolean all = at == to || at == to + 1;
    return all ? counted.build().toArray() : new int[] {from, to};
  }
}
