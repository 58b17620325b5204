// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

/** The moments at which one producer's records are due, one after the other. */
@FunctionalInterface
interface ArrivalTimes {
  /** There is no further record. */
  long NEVER = Long.MAX_VALUE;

  /** The next moment, in nanoseconds since the start; not before the one before it. */
  long nextNs();

  /** The times of one of several producers, who share what {@code arrivals} says evenly. */
  static ArrivalTimes of(Arrivals arrivals, int producer, int producers, long seed) {
    return switch (arrivals) {
      case Arrivals.Rate rate -> new RateTimes(rate, producer, producers, seed);
      case Arrivals.Recorded recorded -> recorded(recorded, producer, producers);
    };
  }

  private static ArrivalTimes recorded(Arrivals.Recorded recorded, int producer, int producers) {
    RecordedTimes times = recorded.times();
    double nsPerMs = 1e6 / recorded.speed();
    int[] next = {producer};
    return () -> {
      int index = next[0];
      next[0] += producers;
      return index < times.count() ? Math.round(times.offsetMs(index) * nsPerMs) : NEVER;
    };
  }
}
