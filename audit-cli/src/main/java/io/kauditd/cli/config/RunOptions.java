// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.cli.live.MetricsAddress;
import io.kauditd.cli.plugin.Directories;
import io.kauditd.cli.plugin.PluginChoice;
import io.kauditd.spi.PluginOption;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The options of a run, from the command line and a configuration file, checked as far as possible
 * without the plug-ins.
 *
 * @param source the source picked
 * @param deliveries the transports; the one for what the others reject, if there is one, last
 * @param set the plug-ins' own settings, by key, with or without a prefix
 * @param types which records are taken
 * @param closeDeadline how long records are still delivered at the end
 * @param summary where to write the summary as JSON, null for nowhere
 * @param metrics where to serve metrics, null for nowhere
 * @param directories the directories
 * @param statusGroup who may ask for the status as well, null for nobody
 * @param quiet whether the summary is not printed
 * @param values what was given
 */
public record RunOptions(
    PluginChoice source,
    List<Delivery> deliveries,
    Map<String, UserValue> set,
    TypeFilter types,
    Duration closeDeadline,
    @Nullable Path summary,
    @Nullable MetricsAddress metrics,
    Directories directories,
    @Nullable String statusGroup,
    boolean quiet,
    RunValues values) {

  private static final Duration DEFAULT_CLOSE_DEADLINE = Duration.ofSeconds(10);
  private static final Duration MAX_CLOSE_DEADLINE = Duration.ofHours(24);

  /**
   * Reads the given values.
   *
   * @throws UserError for a value that is not valid
   */
  public static RunOptions of(RunValues given) {
    return new RunOptions(
        source(given),
        Deliveries.of(given),
        pluginSettings(given),
        TypeFilter.of(given.list(RunKey.INCLUDE), given.list(RunKey.EXCLUDE)),
        Values.duration(given, RunKey.CLOSE_DEADLINE, DEFAULT_CLOSE_DEADLINE, MAX_CLOSE_DEADLINE),
        path(given, RunKey.SUMMARY),
        metrics(given.one(RunKey.METRICS)),
        directories(given),
        group(given.one(RunKey.STATUS_GROUP)),
        isSet(given, RunKey.QUIET),
        given);
  }

  /** These options, with those of {@code wanted} for what can change while a run goes on. */
  RunOptions changedTo(RunOptions wanted) {
    return new RunOptions(
        source,
        deliveries.stream().map(each -> wanted.settingsFor(each, deliveries.size() == 1)).toList(),
        set,
        wanted.types,
        wanted.closeDeadline,
        wanted.summary,
        metrics,
        directories,
        statusGroup,
        wanted.quiet,
        values.changedTo(wanted.values));
  }

  /** The only one keeps its place under another name: an id says which transport it is. */
  private Delivery settingsFor(Delivery delivery, boolean isOnlyOne) {
    return deliveries.stream()
        .filter(
            each -> each.name().equals(delivery.name()) || (isOnlyOne && deliveries.size() == 1))
        .findFirst()
        .map(each -> delivery.withSettings(each.settings()))
        .orElse(delivery);
  }

  /** Whether a flag is given. */
  public static boolean isSet(RunValues given, RunKey flag) {
    return Values.value(given, flag, PluginOption.bool(flag.key(), ""), false);
  }

  private static @Nullable String group(@Nullable UserValue written) {
    if (written == null) {
      return null;
    }
    try {
      FileSystems.getDefault()
          .getUserPrincipalLookupService()
          .lookupPrincipalByGroupName(written.text());
      return written.text();
    } catch (IOException e) {
      throw written.notValid("the name of a group of this machine");
    }
  }

  private static Directories directories(RunValues given) {
    List<UserValue> plugins = given.list(RunKey.PLUGINS);
    return Directories.of(
        plugins.isEmpty() ? null : plugins.stream().map(RunOptions::pluginDirectory).toList(),
        path(given, RunKey.RUNTIME_DIR));
  }

  private static Path pluginDirectory(UserValue given) {
    Path directory = Values.parsed(given, PluginOption.path("plugins", ""));
    if (!Files.isDirectory(directory)) {
      throw Directories.noPluginDirectory(given.where(), directory);
    }
    return directory;
  }

  private static @Nullable Path path(RunValues given, RunKey key) {
    UserValue written = given.one(key);
    return written == null ? null : Values.parsed(written, PluginOption.path(key.key(), ""));
  }

  private static PluginChoice source(RunValues given) {
    UserValue picked = given.one(RunKey.SOURCE);
    if (picked == null) {
      throw UserError.usage(
          RunKey.SOURCE.option()
              + " is missing; say where records come from, for example --source file:in.log or"
              + " --source stdin");
    }
    return PluginChoice.parse(picked);
  }

  /** The key of a setting that says it of one transport alone; null for any other setting. */
  static @Nullable RunKey keyOfDelivery(RunValues given, String setting) {
    return Deliveries.key(given, setting).orElse(null);
  }

  /** Whether a setting can change while a run goes on. */
  static boolean isChangeable(RunValues given, String setting) {
    RunKey key = keyOfDelivery(given, setting);
    return key != null && key.isChangeable();
  }

  private static Map<String, UserValue> pluginSettings(RunValues given) {
    var settings = new TreeMap<>(given.set());
    settings.keySet().removeIf(key -> keyOfDelivery(given, key) != null);
    return settings;
  }

  private static @Nullable MetricsAddress metrics(@Nullable UserValue written) {
    return written == null ? null : MetricsAddress.parse(written);
  }
}
