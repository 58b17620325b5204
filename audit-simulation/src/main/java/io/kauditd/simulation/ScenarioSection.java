// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * One section of a scenario file. It remembers which keys were asked for, so that an unknown key is
 * found.
 */
final class ScenarioSection {
  private static final Duration LONGEST = Duration.ofDays(366);

  private final Config config;
  private final String name;
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * @param name its name in messages, with a dot at the end; empty for the whole file
   */
  ScenarioSection(Config config, String name) {
    this.config = config;
    this.name = name;
  }

  boolean has(String key) {
    known.add(key);
    return config.hasPath(key);
  }

  String text(String key, String defaultValue) {
    return has(key) ? asked(() -> config.getString(key)) : defaultValue;
  }

  String text(String key) {
    require(key);
    return asked(() -> config.getString(key));
  }

  boolean flag(String key, boolean defaultValue) {
    return has(key) ? asked(() -> config.getBoolean(key)) : defaultValue;
  }

  Duration duration(String key, Duration defaultValue) {
    return has(key) ? duration(key) : defaultValue;
  }

  Duration duration(String key) {
    require(key);
    Duration duration = asked(() -> config.getDuration(key));
    if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
      throw wrong(key, "is " + config.getString(key) + "; it must be between 0 and 366 days");
    }
    return duration;
  }

  long number(String key, long defaultValue, long least, long most) {
    if (!has(key)) {
      return defaultValue;
    }
    long value = asked(() -> config.getLong(key));
    if (value < least || value > most) {
      throw wrong(key, "is " + value + "; it must be between " + least + " and " + most);
    }
    return value;
  }

  double rate(String key) {
    require(key);
    double value = asked(() -> config.getDouble(key));
    if (!(value >= 0 && value <= 1e9)) {
      throw wrong(key, "is " + value + "; it must be between 0 and 1000000000 records a second");
    }
    return value;
  }

  /** A word that is the name of a constant, written in lower case. */
  <E extends Enum<E>> E choice(String key, E[] constants) {
    String word = text(key);
    return Arrays.stream(constants)
        .filter(constant -> spelled(constant).equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            wrong(
                key,
                "is '"
                    + word
                    + "'; it is one of "
                    + Arrays.stream(constants)
                        .map(ScenarioSection::spelled)
                        .collect(Collectors.joining(", "))));
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  Optional<List<String>> texts(String key) {
    return has(key) ? Optional.of(asked(() -> config.getStringList(key))) : Optional.empty();
  }

  /** A section within this one; an empty one if it is not there. */
  ScenarioSection section(String key) {
    Config inner = has(key) ? asked(() -> config.getConfig(key)) : config.withOnlyPath("-");
    return new ScenarioSection(inner, name + key + ".");
  }

  /** A list of sections; none if it is not there. */
  List<ScenarioSection> sections(String key) {
    List<ScenarioSection> sections = new ArrayList<>();
    if (has(key)) {
      for (Config inner : asked(() -> config.getConfigList(key))) {
        sections.add(new ScenarioSection(inner, name + key + "[" + sections.size() + "]."));
      }
    }
    return sections;
  }

  /** To be called when all has been asked for. */
  void rejectUnknownKeys() {
    for (var entry : config.root().entrySet()) {
      if (!known.contains(entry.getKey())) {
        throw new BadScenarioException(
            at(entry.getValue())
                + "unknown key '"
                + name
                + entry.getKey()
                + "'; there are "
                + String.join(", ", known));
      }
    }
  }

  /** What to throw when a value that is there does not fit. */
  BadScenarioException wrong(String key, String what) {
    String at = config.hasPath(key) ? at(config.getValue(key)) : "";
    return new BadScenarioException(at + name + key + " " + what);
  }

  private void require(String key) {
    if (!has(key)) {
      throw new BadScenarioException(at(config.root()) + "'" + name + key + "' is missing");
    }
  }

  private static String at(ConfigValue value) {
    int line = value.origin().lineNumber();
    return line > 0 ? "line " + line + ": " : "";
  }

  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (ConfigException e) {
      throw new BadScenarioException(ScenarioFile.plain(e), e);
    }
  }
}
