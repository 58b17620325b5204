// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.function.Supplier;

/**
 * Says when the period of a log is over. A clock that jumps ahead ends the period. A clock that is
 * set back by less than a period does not begin a new one, so a midnight that comes twice rotates
 * once. A clock that is set back farther had been wrong, and its earlier time is forgotten.
 */
final class PeriodEnd {
  private final RotationPeriod period;
  private final Clock clock;
  private final Supplier<ZoneId> zone;
  private long startMs;
  private long endMs = Long.MAX_VALUE;

  /**
   * @param zone asked at each beginning: the user may travel
   */
  PeriodEnd(RotationPeriod period, Clock clock, Supplier<ZoneId> zone) {
    this.period = period;
    this.clock = clock;
    this.zone = zone;
  }

  /** A log was begun now. */
  void begins() {
    begins(clock.millis());
  }

  /** A log is gone on with whose last record was written at some time. */
  void begins(long lastWrittenMs) {
    if (period != RotationPeriod.NEVER) {
      // A time that is still to come says nothing.
      Instant moment = Instant.ofEpochMilli(Math.min(lastWrittenMs, clock.millis()));
      startMs = period.startOf(moment, zone.get()).toEpochMilli();
      endMs = period.endOf(moment, zone.get()).toEpochMilli();
    }
  }

  /** Whether it is time for a new log. One reading of the clock, asked for each batch. */
  boolean isOver() {
    if (period == RotationPeriod.NEVER) {
      return false;
    }
    long nowMs = clock.millis();
    if (nowMs < startMs - (endMs - startMs)) {
      begins(nowMs);
    }
    return nowMs >= endMs;
  }
}
