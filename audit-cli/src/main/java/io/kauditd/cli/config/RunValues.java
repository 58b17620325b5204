// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.cli.command.UserValue;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values given for a run, by key, not yet interpreted.
 *
 * @param byKey the values; one for each key, except for lists
 * @param set the plug-ins' own settings, by key, with or without a prefix
 */
public record RunValues(Map<RunKey, List<UserValue>> byKey, Map<String, UserValue> set) {
  /** No values. */
  public static final RunValues NONE = new RunValues(Map.of(), Map.of());

  public RunValues {
    var copy = new EnumMap<RunKey, List<UserValue>>(RunKey.class);
    copy.putAll(byKey);
    byKey = Collections.unmodifiableMap(copy);
    set = Collections.unmodifiableMap(new TreeMap<>(set));
  }

  /** These values, completed by those of {@code others}. */
  public RunValues orElse(RunValues others) {
    var all = new EnumMap<RunKey, List<UserValue>>(RunKey.class);
    all.putAll(others.byKey);
    all.putAll(byKey);
    var settings = new LinkedHashMap<String, UserValue>(others.set);
    settings.putAll(set);
    return new RunValues(all, settings);
  }

  /** As it was written; empty if it was not given. */
  public String shown(RunKey key) {
    return list(key).stream().map(UserValue::text).collect(Collectors.joining(", "));
  }

  /** These values, with those of {@code others} for what can change while a run goes on. */
  RunValues changedTo(RunValues others) {
    var all = new EnumMap<RunKey, List<UserValue>>(RunKey.class);
    for (RunKey key : RunKey.values()) {
      List<UserValue> values = (key.isChangeable() ? others : this).list(key);
      if (!values.isEmpty()) {
        all.put(key, values);
      }
    }
    var settings = new TreeMap<>(set);
    others.set.forEach((key, value) -> {
      if (RunOptions.isChangeable(others, key)) {
        settings.put(key, value);
      }
    });
    settings
        .keySet()
        .removeIf(key -> RunOptions.isChangeable(this, key) && !others.set.containsKey(key));
    return new RunValues(all, settings);
  }

  /** The value of a key, null if it was not given. */
  @Nullable UserValue one(RunKey key) {
    List<UserValue> values = list(key);
    return values.isEmpty() ? null : values.getLast();
  }

  /** The values of a key, none if it was not given. */
  List<UserValue> list(RunKey key) {
    return byKey.getOrDefault(key, List.of());
  }
}
