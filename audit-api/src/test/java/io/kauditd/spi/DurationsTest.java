// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0",
    "PT0.000000001S, 1 ns",
    "PT0.0000015S, 1 µs",
    "PT0.0482S, 48 ms",
    "PT0.5S, 500 ms",
    "PT1.5S, 1 s 500 ms",
    "PT10S, 10 s",
    "PT1M30S, 1 min 30 s",
    "PT1M0.5S, 1 min",
    "PT1H5M3S, 1 h 5 min",
    "PT2H, 2 h",
    "PT24H, 1 day",
    "P365DT1H, 365 days 1 h",
    "PT-0.001S, -1 ms",
    "PT-1.5S, -1 s 500 ms",
    "PT2562047788015215H30M7.999999999S, 106751991167300 days 15 h",
    "PT-2562047788015215H-30M-8S, -106751991167300 days"
  })
  void areWhatPeopleWrite(String duration, String words) {
    assertThat(Durations.inWords(Duration.parse(duration))).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0",
    "PT0.5S, 500ms",
    "PT1.5S, 1500ms",
    "PT1M30S, 90s",
    "PT5M, 5m",
    "PT1H30M, 90m",
    "PT24H, 24h"
  })
  void areWhatAnOptionTakes(String duration, String setting) {
    Duration parsed = Duration.parse(duration);

    assertThat(Durations.asSetting(parsed)).isEqualTo(setting);
    assertThat(PluginOption.duration("key", "").parse(setting)).isEqualTo(parsed);
  }
}
