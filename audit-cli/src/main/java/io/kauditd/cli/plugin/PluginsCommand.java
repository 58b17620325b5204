// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.plugin;

import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.command.Screen;
import io.kauditd.core.PluginEntry;
import io.kauditd.core.PluginFailure;
import io.kauditd.core.PluginKind;
import io.kauditd.core.Plugins;
import io.kauditd.spi.PluginOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit plugins}: what can be picked, and what could not be loaded. */
@Command(
    name = "plugins",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the available sources, transports, policies and queues, where each was"
          + " loaded from, and those that could not be loaded with the reason.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all plug-ins were loaded; 1 one could not be loaded.",
      "",
      "Examples:",
      "  audit plugins --options",
      "  audit plugins --plugins build/libs --json"
    })
public final class PluginsCommand implements Callable<Integer> {
  private final Screen screen;

  @Mixin private PluginDirectories directories = new PluginDirectories();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Option(names = "--options", description = "Also list the options of each plug-in.")
  private boolean options;

  public PluginsCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    try (Plugins plugins = directories.directories().loadPlugins(failure -> {})) {
      if (json) {
        screen.out().println(Json.write(document(plugins)));
      } else {
        list(plugins);
      }
      boolean isAllGood = plugins.failures().isEmpty() && twins(plugins).isEmpty();
      return isAllGood ? ExitCode.OK : ExitCode.NOT_ALL;
    }
  }

  private void list(Plugins plugins) {
    for (PluginKind kind : PluginKind.values()) {
      List<PluginEntry> entries = plugins.found(kind);
      if (!entries.isEmpty()) {
        screen.out().println(headingOf(kind));
        entries.forEach(this::list);
      }
    }
    twins(plugins)
        .forEach(
            each -> screen.out().println("cannot be picked: " + each + "; remove all but one"));
    if (!plugins.failures().isEmpty()) {
      screen.out().println("could not be loaded:");
      for (PluginFailure failure : plugins.failures()) {
        screen.out().println("  " + failure);
      }
    }
  }

  /** The ids that several plug-ins of a kind have, in words. */
  private static List<String> twins(Plugins plugins) {
    return plugins.found().stream()
        .collect(
            Collectors.groupingBy(
                entry -> entry.kind().word() + " '" + entry.id() + "'",
                TreeMap::new,
                Collectors.counting()))
        .entrySet()
        .stream()
        .filter(each -> each.getValue() > 1)
        .map(each -> each.getKey() + ", which " + each.getValue() + " plug-ins are called")
        .toList();
  }

  private static String headingOf(PluginKind kind) {
    return switch (kind) {
      case TRANSPORT -> "transports (--transport):";
      case QUEUE -> "queues (--queue, --main-queue, --retry-queue):";
      case POLICY -> "policies (--policy):";
      case SOURCE -> "sources (--source):";
    };
  }

  private void list(PluginEntry entry) {
    PluginOption<?> argument = entry.argument();
    String written =
        entry.id() + (argument == null ? "" : ":" + argument.key().toUpperCase(Locale.ROOT));
    screen.out().printf("  %-18s %s%n", written, entry.description());
    screen.out().printf("  %-18s from %s%n", "", entry.origin());
    if (options) {
      for (PluginOption<?> option : entry.options()) {
        screen.out().printf("      %s: %s%n", written(option), option.description());
        screen.out().printf("          takes %s%s%n", option.kind(), defaultOf(option));
      }
    }
  }

  private static String written(PluginOption<?> option) {
    return option.isFamily() ? option.key() + ".*" : option.key();
  }

  private static String defaultOf(PluginOption<?> option) {
    if (option.isRequired()) {
      return "; required";
    }
    String text = option.defaultText();
    return text == null || text.isEmpty() ? "" : "; default " + text;
  }

  private static Map<String, Object> document(Plugins plugins) {
    var document = new LinkedHashMap<String, Object>();
    document.put("plugins", plugins.found().stream().map(PluginsCommand::document).toList());
    document.put("failures", plugins.failures().stream().map(PluginsCommand::document).toList());
    return document;
  }

  private static Map<String, @Nullable Object> document(PluginEntry entry) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    map.put("kind", entry.kind().word());
    map.put("id", entry.id());
    map.put("description", entry.description());
    map.put("spiVersion", entry.spiVersion());
    map.put("origin", entry.origin());
    PluginOption<?> argument = entry.argument();
    map.put("argument", argument == null ? null : argument.key());
    map.put("options", entry.options().stream().map(PluginsCommand::document).toList());
    return map;
  }

  private static Map<String, @Nullable Object> document(PluginOption<?> option) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    map.put("key", option.key());
    map.put("takes", option.kind());
    map.put("description", option.description());
    map.put("required", option.isRequired());
    map.put("default", option.defaultText());
    return map;
  }

  private static Map<String, @Nullable Object> document(PluginFailure failure) {
    PluginKind kind = failure.kind();
    var map = new LinkedHashMap<String, @Nullable Object>();
    map.put("origin", failure.origin());
    map.put("kind", kind == null ? null : kind.word());
    map.put("id", failure.id());
    map.put("reason", failure.reason());
    return map;
  }
}
