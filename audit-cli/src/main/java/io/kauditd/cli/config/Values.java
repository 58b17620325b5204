// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.cli.command.UserValue;
import io.kauditd.spi.Durations;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import java.time.Duration;

/** Reads single values. */
final class Values {
  private Values() {}

  static <T> T value(RunValues given, RunKey key, PluginOption<T> option, T defaultValue) {
    UserValue written = given.one(key);
    return written == null ? defaultValue : parsed(written, option);
  }

  static <T> T parsed(UserValue written, PluginOption<T> option) {
    try {
      return option.parse(written.text());
    } catch (PluginConfigException e) {
      throw written.notValid(option.kind());
    }
  }

  /** A duration; the kernel counts in milliseconds here, so a plain number is milliseconds. */
  static Duration duration(RunValues given, RunKey key, Duration defaultValue, Duration max) {
    UserValue written = given.one(key);
    if (written == null) {
      return defaultValue;
    }
    String text = written.text().strip();
    boolean plain = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    try {
      Duration parsed = PluginOption.duration(key.key(), "").parse(plain ? text + "ms" : text);
      if (parsed.compareTo(max) <= 0) {
        return parsed;
      }
    } catch (PluginConfigException e) {
      throw written.notValid(durationKind(max));
    }
    throw written.notValid(durationKind(max));
  }

  private static String durationKind(Duration max) {
    return "a duration such as 500ms, 2s or 5m, a plain number being milliseconds, up to "
        + Durations.asSetting(max);
  }
}
