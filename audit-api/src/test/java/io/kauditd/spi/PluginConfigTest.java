// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PluginConfigTest {
  private static final PluginOption<Path> PATH = PluginOption.path("path", "where").asRequired();
  private static final PluginOption<Long> KEEP =
      PluginOption.number("keep", 1, 9, "how many").withDefault(5L);
  private static final PluginOption<String> NOTE = PluginOption.string("note", "what");
  private static final List<PluginOption<?>> ALL = List.of(PATH, KEEP, NOTE);

  @Test
  void valuesAreParsedAndDefaultsFilledIn() {
    var config = PluginConfig.of(ALL, Map.of("path", "a.log", "note", ""));
    assertThat(config.get(PATH)).isEqualTo(Path.of("a.log"));
    assertThat(config.get(KEEP)).isEqualTo(5L);
    assertThat(config.get(NOTE)).isEmpty();
    assertThat(PluginConfig.of(ALL, Map.of("path", "a", "keep", "7")).get(KEEP)).isEqualTo(7L);
  }

  @Test
  void anOptionWithoutAValueCanBeLookedFor() {
    var config = PluginConfig.of(ALL, Map.of("path", "a.log"));
    assertThat(config.find(NOTE)).isNull();
    assertThatThrownBy(() -> config.get(NOTE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'note' has no value");
  }

  @Test
  void aMissingOptionIsNamed() {
    assertThatThrownBy(() -> PluginConfig.of(ALL, Map.of()))
        .isInstanceOf(PluginConfigException.class)
        .hasMessage("option 'path' is missing; it takes a path");
  }

  @Test
  void anUnknownKeyIsNamedWithTheKnownOnes() {
    assertThatThrownBy(() -> PluginConfig.of(ALL, Map.of("pahts", "b")))
        .as("and not that 'path' is missing, which it is because it is misspelt")
        .isInstanceOf(PluginConfigException.class)
        .hasMessage("option 'pahts' is not known; the options are keep, note, path");
    assertThatThrownBy(() -> PluginConfig.of(List.of(), Map.of("x", "y")))
        .hasMessage("option 'x' is not known; there are no options");
  }

  @Test
  void aBadValueIsNamed() {
    assertThatThrownBy(() -> PluginConfig.of(ALL, Map.of("path", "a", "keep", "0")))
        .isInstanceOf(PluginConfigException.class)
        .hasMessageStartingWith("option 'keep': '0' is not valid");
  }

  @Test
  void aFamilyTakesWhatBeginsWithItsKey() {
    var family = PluginOption.family("kafka", "handed on");
    var config =
        PluginConfig.of(
            List.of(NOTE, family),
            Map.of("kafka.security.protocol", "SSL", "kafka.acks", " 1 ", "note", "x"));

    assertThat(config.get(family)).isEqualTo(Map.of("security.protocol", "SSL", "acks", " 1 "));
    assertThat(config.get(NOTE)).isEqualTo("x");
    assertThat(PluginConfig.of(List.of(family), Map.of()).get(family)).isEmpty();
  }

  @Test
  void aFamilyHasNoValueOfItsOwn() {
    var family = PluginOption.family("kafka", "handed on");

    assertThatThrownBy(() -> PluginConfig.of(List.of(family), Map.of("kafka", "x")))
        .isInstanceOf(PluginConfigException.class)
        .hasMessage("option 'kafka' has no value of its own; write kafka.NAME=VALUE");
    for (String other : List.of("kafka.", "kafkaesque.a", "other.kafka.a")) {
      assertThatThrownBy(() -> PluginConfig.of(List.of(family), Map.of(other, "x")))
          .isInstanceOf(PluginConfigException.class)
          .hasMessage("option '" + other + "' is not known; the options are kafka.*");
    }
  }
}
