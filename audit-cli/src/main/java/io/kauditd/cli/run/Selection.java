// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Given;
import io.kauditd.cli.command.Similar;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.config.Part;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.plugin.PluginChoice;
import io.kauditd.core.PluginEntry;
import io.kauditd.core.PluginException;
import io.kauditd.core.Plugins;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The plug-ins picked for a run, with the settings that belong to each: a key with a prefix goes to
 * the part it names, a plain one to the only plug-in that knows it.
 */
@Singleton
final class Selection {
  private final Plugins plugins;
  private final RunOptions options;
  private final Map<Part, PluginEntry> entries = new EnumMap<>(Part.class);
  private final Map<Part, Map<String, String>> values = new EnumMap<>(Part.class);

  @Inject
  Selection(Plugins plugins, RunOptions options) {
    this.plugins = plugins;
    this.options = options;
    for (Part part : Part.values()) {
      PluginChoice choice = options.choice(part);
      entries.put(part, explained(choice.where(), () -> plugins.find(part.kind(), choice.id())));
      values.put(part, new LinkedHashMap<>());
      setArgument(part, choice);
    }
    options.set().forEach(this::set);
  }

  RecordSource newSource() {
    return make(Part.SOURCE, (id, settings) -> plugins.newSource(id, settings));
  }

  Transport newTransport() {
    return make(Part.TRANSPORT, (id, settings) -> plugins.newTransport(id, settings));
  }

  ErrorPolicy newPolicy() {
    return make(Part.POLICY, (id, settings) -> plugins.newPolicy(id, settings));
  }

  AuditQueue newQueue(Part part, QueueRole role) {
    return make(part, (id, settings) -> plugins.newQueue(id, role, settings));
  }

  private <T> T make(Part part, Making<T> making) {
    PluginChoice choice = options.choice(part);
    return explained(choice.where(), () -> making.make(choice.id(), valuesOf(part)));
  }

  private static <T> T explained(String where, Supplier<T> call) {
    try {
      return call.get();
    } catch (PluginException e) {
      int code = e.getCause() instanceof IOException ? ExitCode.INPUT_OUTPUT : ExitCode.USAGE;
      throw new UserError(code, where + ": " + e.getMessage(), e);
    }
  }

  private void setArgument(Part part, PluginChoice choice) {
    String argument = choice.argument();
    if (argument == null) {
      return;
    }
    PluginEntry entry = entry(part);
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
    valuesOf(part).put(option.key(), argument);
  }

  private void set(String key, Given given) {
    List<Part> candidates = partsThatKnow(key);
    String plain = key;
    int dot = key.indexOf('.');
    if (candidates.isEmpty() && dot >= 0) {
      plain = key.substring(dot + 1);
      candidates = List.of(partOf(key, dot, given));
    }
    if (candidates.size() > 1) {
      throw UserError.usage(
          given.where()
              + ": more than one part knows '"
              + key
              + "'; write "
              + Similar.orList(candidates.stream().map(p -> p.prefix() + "." + key).toList()));
    }
    if (candidates.isEmpty() || !entry(candidates.get(0)).takes(plain)) {
      throw UserError.usage(given.where() + ": '" + key + "' is not known" + known());
    }
    Part part = candidates.get(0);
    if (valuesOf(part).putIfAbsent(plain, given.text()) != null) {
      throw UserError.usage(
          given.where()
              + ": '"
              + plain
              + "' of the "
              + part.prefix()
              + " is already set to '"
              + valuesOf(part).get(plain)
              + "'; set it once");
    }
  }

  private static Part partOf(String key, int dot, Given given) {
    String prefix = key.substring(0, dot);
    for (Part part : Part.values()) {
      if (part.prefix().equals(prefix)) {
        return part;
      }
    }
    List<String> prefixes = List.of(Part.values()).stream().map(Part::prefix).toList();
    throw UserError.usage(
        given.where()
            + ": '"
            + prefix
            + "' is not a part of the run; a setting begins with "
            + Similar.orList(prefixes)
            + ", or stands without a prefix");
  }

  private List<Part> partsThatKnow(String key) {
    return List.of(Part.values()).stream().filter(part -> entry(part).takes(key)).toList();
  }

  private List<String> knownKeys() {
    var keys = new ArrayList<String>();
    for (Part part : Part.values()) {
      for (PluginOption<?> option : entry(part).options()) {
        keys.add(part.prefix() + "." + option.key() + (option.isFamily() ? ".*" : ""));
      }
    }
    return keys;
  }

  private String known() {
    List<String> keys = knownKeys();
    return keys.isEmpty()
        ? "; the plug-ins picked have no settings"
        : "; the settings are " + String.join(", ", keys);
  }

  private PluginEntry entry(Part part) {
    return Objects.requireNonNull(entries.get(part));
  }

  private Map<String, String> valuesOf(Part part) {
    return Objects.requireNonNull(values.get(part));
  }

  /** Makes a plug-in from its id and its settings. */
  private interface Making<T> {
    T make(String id, Map<String, String> settings);
  }
}
