// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of an instance, or of the kernel, at one moment.
 *
 * @param subject whose state it is: {@code pid 42, up 12s}
 * @param title what it does: {@code file:in.log -> mainline -> file:out.log}
 * @param queues how full they are
 * @param totals records counted since it began, in and out
 * @param lost records lost since it began
 * @param losses the same by reason, including those that do not count as lost
 * @param connected whether a daemon is connected
 * @param daemon the connection in words
 * @param facts everything else
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
   * @param highWater the maximum so far, or {@link #UNKNOWN}
   * @param limit 0 for none
   */
  record Depth(String queue, long records, long highWater, long limit) {}

  /** A number of records that only grows. */
  record Total(String name, long records) {}

  /** A line of its own. */
  record Fact(String name, String text) {}
}
