// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.nio.file.Path;
import java.time.Duration;

/**
 * When records are logged.
 *
 * @since 0.1.0
 */
public sealed interface Arrivals {
  /**
   * A rate, with bursts or without.
   *
   * @param recordsPerSecond records a second between the bursts, all producers together; 0 for none
   * @param random whether the gaps between records are drawn (exponentially distributed), or all
   *     the same
   * @param bursts the bursts
   */
  record Rate(double recordsPerSecond, boolean random, Bursts bursts) implements Arrivals {}

  /**
   * Stretches of time with another rate.
   *
   * @param first when the first one begins
   * @param every from the beginning of one to the beginning of the next; zero for one burst only
   * @param length how long one lasts; zero for no bursts
   * @param recordsPerSecond records a second during a burst
   */
  record Bursts(Duration first, Duration every, Duration length, double recordsPerSecond) {
    /** No bursts. */
    public static final Bursts NONE = new Bursts(Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
  }

  /**
   * The times of a recorded log.
   *
   * @param file the log
   * @param speed how much faster than recorded; 1 for the recorded speed
   * @param times the times of its records
   */
  record Recorded(Path file, double speed, RecordedTimes times) implements Arrivals {}
}
