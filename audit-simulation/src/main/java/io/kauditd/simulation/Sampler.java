// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.Ledger;
import io.kauditd.core.AuditEngine;
import io.kauditd.spi.AuditQueue;
import java.util.ArrayList;
import java.util.List;

/** Takes samples at even distances. */
final class Sampler {
  private static final int SAMPLES = 480;
  private static final long NS_PER_MS = 1_000_000;

  private final SimulationClock clock;
  private final AuditEngine engine;
  private final AuditQueue main;
  private final AuditQueue retry;
  private final AuditQueue hold;
  private final long endNs;
  private final List<Sample> samples = new ArrayList<>();
  private long nextNs;
  private int highMain;
  private int highRetry;
  private int highHold;
  private int highestMain;

  Sampler(
      SimulationClock clock,
      AuditEngine engine,
      AuditQueue main,
      AuditQueue retry,
      AuditQueue hold,
      long endNs) {
    this.clock = clock;
    this.engine = engine;
    this.main = main;
    this.retry = retry;
    this.hold = hold;
    this.endNs = endNs;
  }

  long nextNs() {
    return nextNs;
  }

  /** Looks at the queues, so that a peak between two samples is seen. */
  void look() {
    highMain = Math.max(highMain, main.size());
    highRetry = Math.max(highRetry, retry.size());
    highHold = Math.max(highHold, hold.size());
  }

  /** A record came: a pass may take it again before {@link #look} sees it. */
  void lookAtMain() {
    highMain = Math.max(highMain, main.size());
  }

  /** Maximum number of records that were ever in the main queue. */
  int highestMain() {
    return highestMain;
  }

  /** Takes a sample. */
  void sample() {
    look();
    highestMain = Math.max(highestMain, highMain);
    Ledger ledger = engine.status().ledger();
    samples.add(
        new Sample(
            clock.nanoTime() / NS_PER_MS,
            highMain,
            highRetry,
            highHold,
            ledger.logged(),
            ledger.delivered(),
            ledger.droppedTotal()));
    highMain = main.size();
    highRetry = retry.size();
    highHold = hold.size();
    nextNs = nextNs >= endNs ? ArrivalTimes.NEVER : Math.min(endNs, nextNs + step());
  }

  private long step() {
    return Math.max(1, endNs / SAMPLES);
  }

  List<Sample> samples() {
    return List.copyOf(samples);
  }
}
