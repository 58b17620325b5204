// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.Transport;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The plug-ins picked for an engine, with the options that belong to each: a key with a prefix goes
 * to the part that it names, a plain one to the only plug-in that knows it.
 */
final class PickedPlugins {
  private final Plugins plugins;
  private final Map<EnginePart, PluginEntry> entries = new EnumMap<>(EnginePart.class);
  private final Map<EnginePart, Map<String, String>> options = new EnumMap<>(EnginePart.class);

  /**
   * Finds the plug-ins.
   *
   * @param picked {@code ID} or {@code ID:ARGUMENT}, by the key of the part
   * @param set the options, by key, with or without the prefix of a part
   */
  PickedPlugins(Plugins plugins, Map<String, String> picked, Map<String, String> set) {
    this.plugins = plugins;
    for (EnginePart part : EnginePart.values()) {
      String choice = picked.get(part.key());
      if (choice != null) {
        pick(part, choice.strip());
      }
    }
    set.forEach(this::set);
  }

  private void pick(EnginePart part, String choice) {
    int colon = choice.indexOf(':');
    PluginEntry entry = plugins.find(part.kind(), colon < 0 ? choice : choice.substring(0, colon));
    entries.put(part, entry);
    options.put(part, new HashMap<>());
    if (colon < 0) {
      return;
    }
    PluginOption<?> argument = entry.argument();
    if (argument == null) {
      throw new PluginConfigException(
          part.key()
              + ": "
              + entry
              + " takes no argument, so '"
              + choice
              + "' should be '"
              + entry.id()
              + "'");
    }
    optionsOf(part).put(argument.key(), choice.substring(colon + 1));
  }

  private void set(String key, String value) {
    String plain = key;
    List<EnginePart> knowing = thatKnow(key);
    int dot = key.indexOf('.');
    if (knowing.isEmpty() && dot >= 0) {
      plain = key.substring(dot + 1);
      knowing =
          thatKnow(plain).stream()
              .filter(part -> part.key().equals(key.substring(0, dot)))
              .toList();
    }
    if (knowing.isEmpty()) {
      throw new PluginConfigException(
          "'" + key + "' is not known; there is " + String.join(", ", known()));
    }
    if (knowing.size() > 1) {
      throw new PluginConfigException(
          "more than one part knows '"
              + key
              + "'; write "
              + knowing.stream()
                  .map(part -> part.key() + "." + key)
                  .collect(Collectors.joining(" or ")));
    }
    if (optionsOf(knowing.getFirst()).putIfAbsent(plain, value) != null) {
      throw new PluginConfigException(
          "'" + plain + "' of the " + knowing.getFirst().key() + " is set twice; set it once");
    }
  }

  private List<EnginePart> thatKnow(String key) {
    return entries.keySet().stream().filter(part -> entry(part).takes(key)).toList();
  }

  private List<String> known() {
    var keys = new ArrayList<>(EngineConfig.keys());
    entries.forEach((part, entry) ->
        entry
            .options()
            .forEach(option ->
                keys.add(part.key() + "." + option.key() + (option.isFamily() ? ".*" : ""))));
    return keys;
  }

  boolean has(EnginePart part) {
    return entries.containsKey(part);
  }

  String id(EnginePart part) {
    return entry(part).id();
  }

  Transport newTransport() {
    return plugins.newTransport(id(EnginePart.TRANSPORT), optionsOf(EnginePart.TRANSPORT));
  }

  ErrorPolicy newPolicy() {
    return plugins.newPolicy(id(EnginePart.POLICY), optionsOf(EnginePart.POLICY));
  }

  AuditQueue newQueue(EnginePart part, QueueRole role) {
    return plugins.newQueue(id(part), role, optionsOf(part));
  }

  private PluginEntry entry(EnginePart part) {
    return Objects.requireNonNull(entries.get(part));
  }

  private Map<String, String> optionsOf(EnginePart part) {
    return Objects.requireNonNull(options.get(part));
  }
}
