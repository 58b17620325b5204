// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * How long a log is used before a new one begins, by local time.
 *
 * @since 0.1.0
 */
public enum RotationPeriod {
  /** For ever. */
  NEVER,
  /** Until the next hour begins. */
  HOURLY,
  /** Until the next day begins, at midnight or, where a change of the clocks left it out, after. */
  DAILY;

  /** When the period begins that a moment lies in. */
  Instant startOf(Instant moment, ZoneId zone) {
    ZonedDateTime local = moment.atZone(zone);
    return switch (this) {
      case NEVER -> Instant.MIN;
      case HOURLY -> local.truncatedTo(ChronoUnit.HOURS).toInstant();
      case DAILY -> local.toLocalDate().atStartOfDay(zone).toInstant();
    };
  }

  /** When the period ends that a moment lies in, and the next begins. */
  Instant endOf(Instant moment, ZoneId zone) {
    return switch (this) {
      case NEVER -> Instant.MAX;
      case HOURLY -> endOfHour(moment, zone);
      case DAILY -> moment.atZone(zone).toLocalDate().plusDays(1).atStartOfDay(zone).toInstant();
    };
  }

  /** A change of the clocks by half an hour makes an hour shorter or longer. */
  private static Instant endOfHour(Instant moment, ZoneId zone) {
    Instant usual = HOURLY.startOf(moment, zone).plus(1, ChronoUnit.HOURS);
    int minutes = usual.atZone(zone).getMinute();
    if (minutes == 0) {
      return usual;
    }
    Instant earlier = usual.minus(minutes, ChronoUnit.MINUTES);
    return earlier.isAfter(moment) && earlier.atZone(zone).getMinute() == 0
        ? earlier
        : usual.plus(60 - minutes, ChronoUnit.MINUTES);
  }
}
