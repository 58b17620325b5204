// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** A clock that a test moves, in a zone. */
final class HandClock extends Clock {
  private final ZoneId zone;
  private Instant now;

  HandClock(String zone, String local) {
    this.zone = ZoneId.of(zone);
    set(local);
  }

  /** Sets the local time. */
  void set(String local) {
    now = java.time.LocalDateTime.parse(local).atZone(zone).toInstant();
  }

  void add(Duration duration) {
    now = now.plus(duration);
  }

  ZonedDateTime local() {
    return now.atZone(zone);
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public Clock withZone(ZoneId other) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Instant instant() {
    return now;
  }
}
