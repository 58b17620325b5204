// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * What a plot shows: the queues' depths and the losses over time, one panel a policy. All panels
 * have the same axes, so that they can be compared.
 *
 * @param title what it is about
 * @param lengthS the time it covers, in seconds
 * @param outages the stretches to shade
 * @param panels the panels
 */
record QueuePlot(String title, double lengthS, List<Outage> outages, List<Panel> panels) {
  /** Copies the lists. */
  QueuePlot {
    outages = List.copyOf(outages);
    panels = List.copyOf(panels);
  }

  /**
   * An outage.
   *
   * @param what in words, for the legend
   * @param fromS when it begins, in seconds
   * @param toS when it ends
   */
  record Outage(String what, double fromS, double toS) {}

  /**
   * The results under one policy.
   *
   * @param policy the policy's id
   * @param outcome the outcome in a few words
   * @param curves the values over time
   */
  record Panel(String policy, String outcome, Curves curves) {}

  /**
   * Values over time. The arrays are of the same length.
   *
   * @param atS the moments, in seconds
   * @param main records in the main queue
   * @param retry records in the retry queue
   * @param hold records in the hold queue
   * @param lost records lost so far
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a list would box each number
  record Curves(double[] atS, double[] main, double[] retry, double[] hold, double[] lost) {}

  /**
   * The outcome, as a panel's title shows it.
   *
   * @param more more text with a comma before it, or an empty text
   */
  static String outcome(long lost, long logged, long outOfOrder, String more) {
    String outcome =
        String.format(
            Locale.ROOT,
            lost == 0 ? "no record lost of %2$,d" : "%1$,d of %2$,d records lost",
            lost,
            logged);
    String disorder =
        outOfOrder == 0 ? "" : String.format(Locale.ROOT, ", %,d out of order", outOfOrder);
    return outcome + disorder + more;
  }

  /** Maximum number of records that a queue held in any panel. */
  double deepest() {
    return panels.stream()
        .map(Panel::curves)
        .flatMapToDouble(c -> DoubleStream.of(most(c.main()), most(c.retry()), most(c.hold())))
        .max()
        .orElse(0);
  }

  /** Maximum number of records that were lost in any panel. */
  double mostLost() {
    return panels.stream().mapToDouble(panel -> most(panel.curves().lost())).max().orElse(0);
  }

  private static double most(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }
}
