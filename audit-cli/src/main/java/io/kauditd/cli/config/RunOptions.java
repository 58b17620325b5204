// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import io.kauditd.cli.command.Given;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.live.MetricsAddress;
import io.kauditd.cli.plugin.Places;
import io.kauditd.cli.plugin.PluginChoice;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as a user wants it, from the command line and a configuration file, checked as far as that
 * goes without the plug-ins.
 *
 * @param choices the plug-ins picked
 * @param set the plug-ins' own settings, by key, with or without a prefix
 * @param settings the engine's settings
 * @param types which records are taken
 * @param closeDeadline how long records are still delivered at the end
 * @param summary where to write the summary as JSON, null for nowhere
 * @param metrics where to serve metrics, null for nowhere
 * @param places the directories
 * @param statusGroup who may ask for the status as well, null for nobody
 * @param quiet whether the summary is not printed
 * @param values what was given
 */
public record RunOptions(
    Map<Part, PluginChoice> choices,
    Map<String, Given> set,
    AuditSettings settings,
    TypeFilter types,
    Duration closeDeadline,
    @Nullable Path summary,
    @Nullable MetricsAddress metrics,
    Places places,
    @Nullable String statusGroup,
    boolean quiet,
    RunValues values) {

  private static final long DEFAULT_BACKLOG_WAIT_TIME_MS = 60_000;
  private static final Duration DEFAULT_CLOSE_DEADLINE = Duration.ofSeconds(10);
  private static final Duration MAX_CLOSE_DEADLINE = Duration.ofHours(24);

  /**
   * Makes sense of what was given.
   *
   * @throws UserError for a value that is not valid
   */
  public static RunOptions of(RunValues given) {
    return new RunOptions(
        choices(given),
        given.set(),
        settings(given),
        TypeFilter.of(given.list(RunKey.INCLUDE), given.list(RunKey.EXCLUDE)),
        duration(given, RunKey.CLOSE_DEADLINE, DEFAULT_CLOSE_DEADLINE, MAX_CLOSE_DEADLINE),
        path(given, RunKey.SUMMARY),
        metrics(given.one(RunKey.METRICS)),
        places(given),
        group(given.one(RunKey.STATUS_GROUP)),
        isSet(given, RunKey.QUIET),
        given);
  }

  /** These options, with those of {@code wanted} for what can change while a run goes on. */
  RunOptions changedTo(RunOptions wanted) {
    return new RunOptions(
        choices,
        set,
        wanted.settings,
        wanted.types,
        wanted.closeDeadline,
        wanted.summary,
        metrics,
        places,
        statusGroup,
        wanted.quiet,
        values.changedTo(wanted.values));
  }

  /** Whether a flag is given. */
  public static boolean isSet(RunValues given, RunKey flag) {
    return value(given, flag, PluginOption.bool(flag.key(), ""), false);
  }

  private static @Nullable String group(@Nullable Given written) {
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

  private static Places places(RunValues given) {
    List<Given> plugins = given.list(RunKey.PLUGINS);
    return Places.of(
        plugins.isEmpty() ? null : plugins.stream().map(RunOptions::pluginDirectory).toList(),
        path(given, RunKey.RUNTIME_DIR));
  }

  private static Path pluginDirectory(Given given) {
    Path directory = parsed(given, PluginOption.path("plugins", ""));
    if (!Files.isDirectory(directory)) {
      throw Places.noPluginDirectory(given.where(), directory);
    }
    return directory;
  }

  private static @Nullable Path path(RunValues given, RunKey key) {
    Given written = given.one(key);
    return written == null ? null : parsed(written, PluginOption.path(key.key(), ""));
  }

  /** The plug-in picked for a part. */
  public PluginChoice choice(Part part) {
    PluginChoice choice = choices.get(part);
    if (choice == null) {
      throw new IllegalStateException("nothing picked for " + part);
    }
    return choice;
  }

  private static Map<Part, PluginChoice> choices(RunValues given) {
    var choices = new EnumMap<Part, PluginChoice>(Part.class);
    for (Part part : Part.values()) {
      Given picked = given.one(part.key());
      String defaultId = part.defaultId();
      if (picked != null) {
        choices.put(part, PluginChoice.parse(picked));
      } else if (defaultId != null) {
        choices.put(part, new PluginChoice(defaultId, null, part.key().option()));
      } else {
        throw UserError.usage(
            part.key().option()
                + " is missing; "
                + (part == Part.SOURCE
                    ? "say where records come from, for example --source file:in.log or --source"
                        + " stdin"
                    : "say where records go to, for example --transport file:out.log"));
      }
    }
    return choices;
  }

  private static AuditSettings settings(RunValues given) {
    AuditSettings defaults = AuditSettings.DEFAULTS;
    long backlogLimit =
        value(
            given,
            RunKey.BACKLOG_LIMIT,
            PluginOption.number("backlog-limit", 0, AuditSettings.MAX_BACKLOG_LIMIT, ""),
            (long) defaults.backlogLimit());
    long rateLimit =
        value(
            given,
            RunKey.RATE_LIMIT,
            PluginOption.number("rate-limit", 0, Integer.MAX_VALUE, ""),
            (long) defaults.rateLimit());
    return defaults
        .withBacklogLimit((int) backlogLimit)
        .withBacklogWaitTimeMs(
            duration(
                    given,
                    RunKey.BACKLOG_WAIT_TIME,
                    Duration.ofMillis(DEFAULT_BACKLOG_WAIT_TIME_MS),
                    Duration.ofMillis(AuditSettings.MAX_BACKLOG_WAIT_TIME_MS))
                .toMillis())
        .withRateLimit((int) rateLimit)
        .withFailureMode(
            value(
                given,
                RunKey.FAILURE_MODE,
                PluginOption.choice("failure-mode", FailureMode.class, ""),
                defaults.failureMode()))
        .withAuditDefault(
            value(
                given,
                RunKey.AUDIT_DEFAULT,
                PluginOption.bool("audit-default", ""),
                defaults.auditDefault()));
  }

  private static @Nullable MetricsAddress metrics(@Nullable Given written) {
    return written == null ? null : MetricsAddress.parse(written);
  }

  private static <T> T value(RunValues given, RunKey key, PluginOption<T> option, T defaultValue) {
    Given written = given.one(key);
    return written == null ? defaultValue : parsed(written, option);
  }

  private static <T> T parsed(Given written, PluginOption<T> option) {
    try {
      return option.parse(written.text());
    } catch (PluginConfigException e) {
      throw written.notValid(option.kind());
    }
  }

  /** A duration; the kernel counts in milliseconds here, so a plain number is milliseconds. */
  private static Duration duration(
      RunValues given, RunKey key, Duration defaultValue, Duration max) {
    Given written = given.one(key);
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
        + (max.toHours() > 0 ? max.toHours() + "h" : max.toSeconds() + "s");
  }
}
