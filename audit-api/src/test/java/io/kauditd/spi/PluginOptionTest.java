// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PluginOptionTest {
  private enum Mode {
    NONE,
    ALL_OF_IT
  }

  private static final PluginOption<Long> NUMBER = PluginOption.number("n", -5, 100, "");
  private static final PluginOption<Duration> DURATION = PluginOption.duration("wait", "");
  private static final PluginOption<Long> SIZE = PluginOption.sizeBytes("size", 1, 1L << 40, "");
  private static final PluginOption<Boolean> BOOL = PluginOption.bool("on", "");
  private static final PluginOption<Mode> CHOICE = PluginOption.choice("mode", Mode.class, "");

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "2s, PT2S",
    "5m, PT5M",
    "5min, PT5M",
    "1h, PT1H",
    "0, PT0S",
    "' 3 s ', PT3S"
  })
  void durations(String text, Duration value) {
    assertThat(DURATION.parse(text)).isEqualTo(value);
  }

  @Test
  void aDurationKeepsItsBounds() {
    PluginOption<Duration> bounded =
        PluginOption.duration("look", Duration.ofMillis(10), Duration.ofHours(1), "");
    assertThat(bounded.kind()).isEqualTo("a duration between 10ms and 1h");
    assertThat(bounded.parse("10ms")).isEqualTo(Duration.ofMillis(10));
    assertThat(bounded.parse("60m")).isEqualTo(Duration.ofHours(1));
    assertThatThrownBy(() -> bounded.parse("9ms")).hasMessageContaining("between 10ms and 1h");
    assertThatThrownBy(() -> bounded.parse("61m")).hasMessageContaining("between 10ms and 1h");
    assertThat(PluginOption.duration("t", Duration.ZERO, Duration.ofSeconds(90), "").kind())
        .isEqualTo("a duration between 0 and 90s");
  }

  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "1b, 1",
    "64KiB, 65536",
    "64k, 65536",
    "8MiB, 8388608",
    "2 GiB, 2147483648"
  })
  void sizes(String text, long value) {
    assertThat(SIZE.parse(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "65536, 1073741824, 'between 64KiB and 1GiB, such as 64KiB or 8MiB'",
    "65536, 9223372036854775807, 'of at least 64KiB, such as 64KiB or 8MiB'",
    "65537, 3298534883328, 'between 65537 bytes and 3072GiB, such as 8MiB'",
    "1, 1025, between 1 byte and 1025 bytes"
  })
  void theBoundsOfASizeAreInItsLargestUnit(long min, long max, String bounds) {
    assertThat(PluginOption.sizeBytes("s", min, max, "").kind()).isEqualTo("a size " + bounds);
  }

  @Test
  void aNumberWithoutAnUpperBoundNamesNone() {
    assertThat(PluginOption.number("n", 1, Long.MAX_VALUE, "").kind())
        .isEqualTo("a whole number of at least 1");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1000, 1 << 10, 1536, 256 << 20, 3L << 30, 5L << 40})
  void theDefaultOfASizeIsWrittenAsAUserMay(long bytes) {
    PluginOption<Long> size = PluginOption.sizeBytes("s", 0, Long.MAX_VALUE, "").withDefault(bytes);

    assertThat(size.parse(Objects.requireNonNull(size.defaultText()))).isEqualTo(bytes);
  }

  @Test
  void aDefaultIsWrittenAsAUserWouldWriteIt() {
    assertThat(SIZE.defaultText()).isNull();
    assertThat(SIZE.withDefault(256L << 20).defaultText()).isEqualTo("256MiB");
    assertThat(NUMBER.withDefault(7L).defaultText()).isEqualTo("7");
    assertThat(DURATION.withDefault(Duration.ofMinutes(5)).defaultText()).isEqualTo("5m");
    assertThat(CHOICE.withDefault(Mode.ALL_OF_IT).defaultText()).isEqualTo("all-of-it");
    assertThat(PluginOption.family("kafka", "").defaultText()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "YES, true",
    "on, true",
    "1, true",
    "false, false",
    "no, false",
    "Off, false",
    "0, false"
  })
  void truthValues(String text, boolean value) {
    assertThat(BOOL.parse(text)).isEqualTo(value);
  }

  @Test
  void choicesAreInLowerCaseWithHyphens() {
    assertThat(CHOICE.parse("all-of-it")).isEqualTo(Mode.ALL_OF_IT);
    assertThat(CHOICE.parse(" none ")).isEqualTo(Mode.NONE);
    assertThat(CHOICE.kind()).isEqualTo("one of none, all-of-it");
  }

  @Test
  void textAndPathsAreTakenAsTheyAreWritten() {
    assertThat(PluginOption.string("s", "").parse(" a ")).isEqualTo(" a ");
    assertThat(PluginOption.path("p", "").parse(" a ")).isEqualTo(Path.of(" a "));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        Arguments.of(NUMBER, "x", "a whole number between -5 and 100"),
        Arguments.of(NUMBER, "101", "a whole number between -5 and 100"),
        Arguments.of(NUMBER, "-6", "a whole number between -5 and 100"),
        Arguments.of(NUMBER, "+1", "a whole number between -5 and 100"),
        Arguments.of(NUMBER, "", "a whole number between -5 and 100"),
        Arguments.of(NUMBER, "٣", "a whole number between -5 and 100"),
        Arguments.of(NUMBER, "9999999999999999999", "a whole number between -5 and 100"),
        Arguments.of(DURATION, "5", "a duration such as 500ms, 2s, 5m or 1h"),
        Arguments.of(DURATION, "-5s", "a duration such as 500ms, 2s, 5m or 1h"),
        Arguments.of(DURATION, "5 days", "a duration such as 500ms, 2s, 5m or 1h"),
        Arguments.of(DURATION, "1.5s", "a duration such as 500ms, 2s, 5m or 1h"),
        Arguments.of(DURATION, "999999999999999999h", "a duration such as 500ms, 2s, 5m or 1h"),
        Arguments.of(SIZE, "0", SIZE.kind()),
        Arguments.of(SIZE, "-1", SIZE.kind()),
        Arguments.of(SIZE, "2TiB", SIZE.kind()),
        Arguments.of(SIZE, "999999999999999999GiB", SIZE.kind()),
        Arguments.of(BOOL, "maybe", "true or false"),
        Arguments.of(BOOL, "", "true or false"),
        Arguments.of(CHOICE, "ALL_OF_IT", "one of none, all-of-it"),
        Arguments.of(CHOICE, "", "one of none, all-of-it"),
        Arguments.of(PluginOption.path("p", ""), "", "a path"),
        Arguments.of(PluginOption.path("p", ""), "a\0b", "a path"));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void aBadValueIsNamedWithWhatTheOptionTakes(PluginOption<?> option, String text, String kind) {
    assertThatThrownBy(() -> option.parse(text))
        .isInstanceOf(PluginConfigException.class)
        .hasMessage("option '" + option.key() + "': '" + text + "' is not valid; it takes " + kind);
  }

  @Test
  void aKindOfItsOwn() {
    var even =
        PluginOption.custom(
            "even",
            "an even number",
            "",
            text -> {
              if (Integer.parseInt(text) % 2 != 0) {
                throw new IllegalArgumentException("odd");
              }
              return Integer.valueOf(text);
            });
    assertThat(even.parse("4")).isEqualTo(4);
    assertThatThrownBy(() -> even.parse("3"))
        .hasMessage("option 'even': '3' is not valid; it takes an even number");
  }

  @Test
  void anOptionSaysWhatItIs() {
    var option = PluginOption.bool("key-with-hyphens2", "what it is for");
    assertThat(option.key()).isEqualTo("key-with-hyphens2").isEqualTo(option.toString());
    assertThat(option.description()).isEqualTo("what it is for");
    assertThat(option.isRequired()).isFalse();
    assertThat(option.defaultValue()).isNull();
    assertThat(option.withDefault(true).defaultValue()).isTrue();
    assertThat(option.withDefault(true).asRequired().isRequired()).isTrue();
    assertThat(option.asRequired().withDefault(true).isRequired()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a_b", "-a", "a-", "a--b", "1a", "a b", "a="})
  void aKeyIsInLowerCaseWordsWithHyphens(String key) {
    assertThatThrownBy(() -> PluginOption.bool(key, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + key + "'");
  }
}
