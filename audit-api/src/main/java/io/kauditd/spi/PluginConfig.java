// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The checked values of a plug-in's options: every key is known, every value parsed. Immutable and
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class PluginConfig {
  private final Map<String, Object> values;

  private PluginConfig(Map<String, Object> values) {
    this.values = values;
  }

  /**
   * Checks the user's settings against the options that the plug-in declares.
   *
   * @throws PluginConfigException for an unknown key, a bad value or a missing required option
   */
  public static PluginConfig of(List<PluginOption<?>> declared, Map<String, String> written) {
    var values = new HashMap<String, Object>();
    var unknown = new TreeMap<>(written);
    declared.forEach(option -> unknown.keySet().removeIf(key -> isKnown(option, key)));
    if (!unknown.isEmpty()) { // first: a required option may be missing because it is misspelt
      throw new PluginConfigException(unknownKey(unknown.firstKey(), declared));
    }
    for (PluginOption<?> option : declared) {
      String text = written.get(option.key());
      Object value = text != null ? option.parse(text) : option.defaultValue();
      if (option.isFamily()) {
        value = members(option, written);
      }
      if (value != null) {
        values.put(option.key(), value);
      } else if (option.isRequired()) {
        throw new PluginConfigException(
            "option '" + option.key() + "' is missing; it takes " + option.kind());
      }
    }
    return new PluginConfig(values);
  }

  private static boolean isKnown(PluginOption<?> option, String key) {
    return option.takes(key) || option.key().equals(key);
  }

  private static Map<String, String> members(PluginOption<?> family, Map<String, String> written) {
    var members = new TreeMap<String, String>();
    written.forEach((key, text) -> {
      if (family.takes(key)) {
        members.put(key.substring(family.key().length() + 1), text);
      }
    });
    return Collections.unmodifiableMap(members);
  }

  private static String unknownKey(String key, List<PluginOption<?>> declared) {
    return "option '"
        + key
        + "' is not known; "
        + (declared.isEmpty()
            ? "there are no options"
            : declared.stream()
                .map(option -> option.isFamily() ? option.key() + ".*" : option.key())
                .sorted()
                .collect(Collectors.joining(", ", "the options are ", "")));
  }

  /**
   * The value of an option that has a default or is required.
   *
   * @throws IllegalStateException if it has no value, because it has no default and is not
   *     required, or the provider does not declare it
   */
  public <T> T get(PluginOption<T> option) {
    T value = find(option);
    if (value == null) {
      throw new IllegalStateException(
          "option '"
              + option.key()
              + "' has no value: declare it in options(), and give it a default, or make it"
              + " required, or use find()");
    }
    return value;
  }

  /** The value of an option, or null if it was not set and has no default. */
  @SuppressWarnings("unchecked") // put there by the option's own parser
  public <T> @Nullable T find(PluginOption<T> option) {
    return (T) values.get(option.key());
  }
}
