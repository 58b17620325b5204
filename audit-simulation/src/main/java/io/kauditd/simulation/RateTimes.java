// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

/**
 * Records at a rate that changes with the bursts. A gap is a number of records' worth of time, 1 or
 * drawn around 1, which is used up at the rate of the moment: so a burst begins on time, and no gap
 * reaches across it.
 */
final class RateTimes implements ArrivalTimes {
  private static final double NS_PER_SECOND = 1e9;

  private final double calmPerNs;
  private final double burstPerNs;
  private final long firstBurstNs;
  private final long burstEveryNs;
  private final long burstLengthNs;
  private final boolean random;
  private final SeededRandom numbers;
  private double gap;
  private long atNs;

  RateTimes(Arrivals.Rate rate, int producer, int producers, long seed) {
    Arrivals.Bursts bursts = rate.bursts();
    this.calmPerNs = rate.recordsPerSecond() / producers / NS_PER_SECOND;
    this.burstPerNs = bursts.recordsPerSecond() / producers / NS_PER_SECOND;
    this.firstBurstNs = bursts.length().isZero() ? NEVER : bursts.first().toNanos();
    this.burstEveryNs = bursts.every().isZero() ? NEVER : bursts.every().toNanos();
    this.burstLengthNs = bursts.length().toNanos();
    this.random = rate.random();
    this.numbers = new SeededRandom(seed + producer);
    // Without chance, the producers take turns.
    this.gap = random ? numbers.nextExponential() : (producer + 1.0) / producers;
  }

  @Override
  public long nextNs() {
    double left = gap;
    while (atNs < NEVER) {
      long intoBurstNs = sinceBurstBeganNs();
      boolean burst = intoBurstNs >= 0 && intoBurstNs < burstLengthNs;
      double perNs = burst ? burstPerNs : calmPerNs;
      long endNs = burst ? atNs + burstLengthNs - intoBurstNs : nextBurstNs(intoBurstNs);
      double takesNs = left / perNs; // infinite with a rate of 0
      if (takesNs <= endNs - atNs) {
        atNs += Math.round(takesNs);
        gap = random ? numbers.nextExponential() : 1;
        return atNs;
      }
      left -= (endNs - atNs) * perNs;
      atNs = endNs;
    }
    return NEVER;
  }

  /** The time since the latest burst began, negative if none has. */
  private long sinceBurstBeganNs() {
    long sinceFirstNs = atNs - firstBurstNs;
    return sinceFirstNs < 0 || burstEveryNs == NEVER ? sinceFirstNs : sinceFirstNs % burstEveryNs;
  }

  private long nextBurstNs(long intoBurstNs) {
    if (intoBurstNs < 0) {
      return firstBurstNs;
    }
    return burstEveryNs == NEVER ? NEVER : atNs - intoBurstNs + burstEveryNs;
  }
}
