// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as a user wants it, from the command line and a configuration file, checked as far as that
 * goes without the plug-ins.
 *
 * @param choices the plug-ins picked
 * @param set the plug-ins' own settings, by key, with or without a prefix
 * @param settings the engine's settings
 * @param closeDeadline how long records are still delivered at the end
 * @param summary where to write the summary as JSON, null for nowhere
 * @param metrics where to serve metrics, null for nowhere
 */
record RunOptions(
    Map<Part, PluginChoice> choices,
    Map<String, Given> set,
    AuditSettings settings,
    Duration closeDeadline,
    @Nullable Path summary,
    @Nullable MetricsAddress metrics) {

  private static final long DEFAULT_BACKLOG_WAIT_TIME_MS = 60_000;
  private static final Duration DEFAULT_CLOSE_DEADLINE = Duration.ofSeconds(10);
  private static final Duration MAX_CLOSE_DEADLINE = Duration.ofHours(24);

  /**
   * Makes sense of what was given.
   *
   * @param given by key; what the command line says goes before what a file says
   * @throws UserError for a value that is not valid
   */
  static RunOptions of(Map<RunKey, Given> given, Map<String, Given> set) {
    return new RunOptions(
        choices(given),
        Map.copyOf(set),
        settings(given),
        duration(given, RunKey.CLOSE_DEADLINE, DEFAULT_CLOSE_DEADLINE, MAX_CLOSE_DEADLINE),
        given.containsKey(RunKey.SUMMARY)
            ? value(given, RunKey.SUMMARY, PluginOption.path("summary", ""), Path.of(""))
            : null,
        metrics(given.get(RunKey.METRICS)));
  }

  /** The plug-in picked for a part. */
  PluginChoice choice(Part part) {
    PluginChoice choice = choices.get(part);
    if (choice == null) {
      throw new IllegalStateException("nothing picked for " + part);
    }
    return choice;
  }

  private static Map<Part, PluginChoice> choices(Map<RunKey, Given> given) {
    var choices = new EnumMap<Part, PluginChoice>(Part.class);
    for (Part part : Part.values()) {
      Given picked = given.get(part.key());
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

  private static AuditSettings settings(Map<RunKey, Given> given) {
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
    return new AuditSettings(
        (int) backlogLimit,
        duration(
                given,
                RunKey.BACKLOG_WAIT_TIME,
                Duration.ofMillis(DEFAULT_BACKLOG_WAIT_TIME_MS),
                Duration.ofMillis(AuditSettings.MAX_BACKLOG_WAIT_TIME_MS))
            .toMillis(),
        (int) rateLimit,
        value(
            given,
            RunKey.FAILURE_MODE,
            PluginOption.choice("failure-mode", FailureMode.class, ""),
            defaults.failureMode()),
        value(
            given,
            RunKey.AUDIT_DEFAULT,
            PluginOption.bool("audit-default", ""),
            defaults.auditDefault()));
  }

  private static @Nullable MetricsAddress metrics(@Nullable Given written) {
    return written == null ? null : MetricsAddress.parse(written);
  }

  private static <T> T value(
      Map<RunKey, Given> given, RunKey key, PluginOption<T> option, T defaultValue) {
    Given written = given.get(key);
    if (written == null) {
      return defaultValue;
    }
    try {
      return option.parse(written.text());
    } catch (PluginConfigException e) {
      throw written.notValid(option.kind());
    }
  }

  /** A duration; the kernel counts in milliseconds here, so a plain number is milliseconds. */
  private static Duration duration(
      Map<RunKey, Given> given, RunKey key, Duration defaultValue, Duration max) {
    Given written = given.get(key);
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
