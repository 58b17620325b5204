// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.plugin.PluginChoice;
import io.kauditd.core.PluginEntry;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One plug-in that was picked for a run, and the settings that it gets. */
final class SelectedPlugin {
  private final PluginChoice choice;
  private final PluginEntry entry;
  private final List<String> prefixes;
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * @param prefixes what its settings can begin with; the first is shown to people
   */
  SelectedPlugin(PluginChoice choice, PluginEntry entry, List<String> prefixes) {
    this.choice = choice;
    this.entry = entry;
    this.prefixes = prefixes;
    setArgument();
  }

  private void setArgument() {
    String argument = choice.argument();
    if (argument == null) {
      return;
    }
    PluginOption<?> option = entry.argument();
    if (option == null) {
      throw UserError.usage(
          choice.where()
              + ": "
              + entry
              + " takes no argument, so '"
              + choice
              + "' should be '"
              + choice.id()
              + "'");
    }
    values.put(option.key(), argument);
  }

  PluginChoice choice() {
    return choice;
  }

  PluginEntry entry() {
    return entry;
  }

  Map<String, String> values() {
    return values;
  }

  /** Throws a {@link UserError} if it does not take one of the values. */
  void checkSettings() {
    try {
      PluginConfig.of(entry.options(), values);
    } catch (PluginConfigException e) {
      throw UserError.usage(choice.where() + ": " + entry + ": " + e.getMessage());
    }
  }

  /** The settings beside its argument. */
  Map<String, String> settings() {
    var settings = new LinkedHashMap<>(values);
    PluginOption<?> argument = entry.argument();
    if (argument != null && choice.argument() != null) {
      settings.remove(argument.key());
    }
    return settings;
  }

  /** What its settings begin with. */
  String prefix() {
    return prefixes.getFirst();
  }

  /** A setting without the prefix of this plug-in; nothing if it begins with none of them. */
  Optional<String> withoutPrefix(String key) {
    return prefixes.stream()
        .filter(prefix -> key.startsWith(prefix + "."))
        .max((one, other) -> Integer.compare(one.length(), other.length()))
        .map(prefix -> key.substring(prefix.length() + 1));
  }

  /** All settings that it knows, each with the prefix that is shown to people. */
  List<String> keys() {
    return entry.options().stream()
        .map(option -> prefix() + "." + option.key() + (option.isFamily() ? ".*" : ""))
        .toList();
  }

  /** The same without a prefix, except for families, which begin with one of their own. */
  List<String> plainKeys() {
    return entry.options().stream()
        .filter(option -> !option.isFamily())
        .map(PluginOption::key)
        .toList();
  }

  /** Whether the setting is one of its options by its whole name. */
  boolean names(String key) {
    return entry.options().stream()
        .anyMatch(option -> !option.isFamily() && option.key().equals(key));
  }
}
