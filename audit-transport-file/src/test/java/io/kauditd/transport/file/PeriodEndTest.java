// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeriodEndTest {
  private static PeriodEnd begun(RotationPeriod period, HandClock clock) {
    var end = new PeriodEnd(period, clock, clock::getZone);
    end.begins();
    return end;
  }

  private static boolean isOver(PeriodEnd end) {
    boolean over = end.isOver();
    if (over) {
      end.begins();
    }
    return over;
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-03-29T00:00", // an hour is left out at 2
    "Europe/Berlin, 2026-10-25T00:00", // an hour comes twice
    "Africa/Cairo, 2026-04-24T01:00", // there is no midnight
    "America/Havana, 2026-11-01T00:00", // midnight comes twice
    "Pacific/Apia, 2011-12-31T00:00", // a day is left out
    "UTC, 2026-01-01T00:00",
  })
  void aDayEndsAtMidnightOnce(String zone, String firstMoment) {
    var clock = new HandClock(zone, firstMoment);
    clock.add(Duration.ofHours(-20));
    var end = begun(RotationPeriod.DAILY, clock);
    var ends = new ArrayList<String>();
    for (int minute = 0; minute < 36 * 60; minute++) {
      clock.add(Duration.ofMinutes(1));
      if (isOver(end)) {
        ends.add(clock.local().toLocalDateTime().toString());
      }
    }
    assertThat(ends).containsExactly(firstMoment);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"})
  void anHourEndsWhenTheNextBegins(String zone) {
    var clock = new HandClock(zone, "2026-01-01T00:00");
    var end = begun(RotationPeriod.HOURLY, clock);
    int ends = 0;
    for (int i = 0; i < 365 * 24 * 4; i++) {
      clock.add(Duration.ofMinutes(15));
      if (isOver(end)) {
        ends++;
        boolean isTransition = clock.local().toLocalDateTime().toString().endsWith("02:30");
        assertThat(clock.local().getMinute() == 0 || isTransition).as("%s", clock.local()).isTrue();
      }
    }
    assertThat(ends).isBetween(365 * 24 - 2, 365 * 24 + 2);
  }

  @Test
  void everyPeriodHoldsItsMomentInEveryZone() {
    var random = new Random(13);
    for (String id : ZoneId.getAvailableZoneIds()) {
      ZoneId zone = ZoneId.of(id);
      for (int i = 0; i < 50; i++) {
        Instant moment = Instant.ofEpochSecond(random.nextLong(2_500_000_000L));
        for (RotationPeriod period :
            new RotationPeriod[] {RotationPeriod.HOURLY, RotationPeriod.DAILY}) {
          assertThat(period.startOf(moment, zone))
              .as("%s %s %s", period, moment, zone)
              .isBeforeOrEqualTo(moment)
              .isBefore(period.endOf(moment, zone));
          assertThat(period.endOf(moment, zone))
              .as("%s %s %s", period, moment, zone)
              .isAfter(moment);
        }
      }
    }
  }

  @Test
  void aClockThatIsSetBackALittleRotatesNothingTwice() {
    var clock = new HandClock("Europe/Berlin", "2026-01-01T23:00");
    var end = begun(RotationPeriod.DAILY, clock);
    clock.set("2026-01-02T00:00:30");
    assertThat(isOver(end)).isTrue();
    clock.set("2026-01-01T23:59:50");
    assertThat(isOver(end)).isFalse();
    clock.set("2026-01-02T00:00:10");
    assertThat(isOver(end)).isFalse();
    clock.set("2026-01-03T00:00");
    assertThat(isOver(end)).isTrue();
  }

  @Test
  void aClockThatWasYearsAheadIsForgotten() {
    var clock = new HandClock("Europe/Berlin", "2036-01-01T12:00");
    var end = begun(RotationPeriod.DAILY, clock);
    clock.set("2026-01-01T12:00");
    assertThat(isOver(end)).isFalse();
    clock.set("2026-01-02T00:00");
    assertThat(isOver(end)).isTrue();
  }

  @Test
  void aLogOfYesterdayIsOverAndOneOfTomorrowIsNot() {
    var clock = new HandClock("Europe/Berlin", "2026-01-02T08:00");
    var end = new PeriodEnd(RotationPeriod.DAILY, clock, clock::getZone);
    end.begins(clock.millis() - Duration.ofHours(9).toMillis());
    assertThat(end.isOver()).isTrue();
    end.begins(clock.millis() + Duration.ofDays(900).toMillis());
    assertThat(end.isOver()).isFalse();
    clock.set("2026-01-03T00:00");
    assertThat(end.isOver()).isTrue();
  }
}
