// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was given for a run, by key, before anybody makes sense of it.
 *
 * @param byKey the values; one of each key but for lists
 * @param set the plug-ins' own settings, by key, with or without a prefix
 */
record RunValues(Map<RunKey, List<Given>> byKey, Map<String, Given> set) {
  /** Nothing at all. */
  static final RunValues NONE = new RunValues(Map.of(), Map.of());

  RunValues {
    byKey = Map.copyOf(byKey);
    set = Map.copyOf(set);
  }

  /** These values, and those of {@code others} for what is not among them. */
  RunValues orElse(RunValues others) {
    var all = new EnumMap<RunKey, List<Given>>(RunKey.class);
    all.putAll(others.byKey);
    all.putAll(byKey);
    var settings = new LinkedHashMap<String, Given>(others.set);
    settings.putAll(set);
    return new RunValues(all, settings);
  }

  /** The value of a key, null if it was not given. */
  @Nullable Given one(RunKey key) {
    List<Given> values = list(key);
    return values.isEmpty() ? null : values.getLast();
  }

  /** The values of a key, none if it was not given. */
  List<Given> list(RunKey key) {
    return byKey.getOrDefault(key, List.of());
  }
}
