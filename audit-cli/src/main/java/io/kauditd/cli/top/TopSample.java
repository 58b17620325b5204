// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an instance, or the kernel, says of itself at one moment.
 *
 * @param subject who says it: {@code pid 42, up 12s}
 * @param title what it does: {@code file:in.log -> mainline -> file:out.log}
 * @param queues how full they are
 * @param totals records counted since it began, in and out
 * @param lost records lost since it began
 * @param losses the same by reason, those that do not count as lost included
 * @param connected whether a daemon is connected
 * @param daemon the connection in words
 * @param facts whatever else it says
 * @param lastError the last failure of a send in words, null for none so far
 */
record TopSample(
    String subject,
    String title,
    List<Depth> queues,
    List<Total> totals,
    Total lost,
    List<Total> losses,
    boolean connected,
    String daemon,
    List<Fact> facts,
    @Nullable String lastError) {

  /** A high-water mark that is not told. */
  static final long UNKNOWN = -1;

  /**
   * How full a queue is.
   *
   * @param highWater the most that it has held, or {@link #UNKNOWN}
   * @param limit 0 for none
   */
  record Depth(String queue, long records, long highWater, long limit) {}

  /** A number of records that only grows. */
  record Total(String name, long records) {}

  /** A line of its own. */
  record Fact(String name, String text) {}
}
