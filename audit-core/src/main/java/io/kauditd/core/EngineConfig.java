// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.QueueRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of an engine as keys and values, from an application's configuration or that of
 * a logging back end.
 *
 * <pre>{@code
 * EngineConfig config = EngineConfig.of(Map.of(
 *     "transport", "file:/var/log/app/audit.log",
 *     "queue", "spool:/var/spool/app",
 *     "max-size", "8MiB"));
 * Kauditd audit = config.builder(Plugins.load()).start();
 * }</pre>
 *
 * <p>The keys are those of {@link #keys}, as in the {@code audit} command: {@code transport} (the
 * only required one), {@code policy}, {@code queue} (the hold queue), {@code main-queue} and {@code
 * retry-queue} pick a plug-in, as {@code ID} or {@code ID:ARGUMENT}; the others are settings. Any
 * other key is an option of one of the picked plug-ins: {@code transport.max-size}, or {@code
 * max-size} if only one knows it. {@code backlogLimit} means {@code backlog-limit}, because XML and
 * properties often use camel case.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class EngineConfig {
  private static final PluginOption<Long> BACKLOG_LIMIT =
      PluginOption.number(
          "backlog-limit",
          0,
          AuditSettings.MAX_BACKLOG_LIMIT,
          "the maximum number of records in each queue");
  private static final PluginOption<Duration> BACKLOG_WAIT_TIME =
      PluginOption.duration(
          "backlog-wait-time",
          Duration.ZERO,
          Duration.ofMillis(AuditSettings.MAX_BACKLOG_WAIT_TIME_MS),
          "the maximum time that a caller waits for room");
  private static final PluginOption<Long> RATE_LIMIT =
      PluginOption.number(
          "rate-limit", 0, Integer.MAX_VALUE, "the maximum number of records per second");
  private static final PluginOption<FailureMode> FAILURE_MODE =
      PluginOption.choice("failure-mode", FailureMode.class, "what happens when a record is lost");
  private static final PluginOption<Boolean> AUDIT_DEFAULT =
      PluginOption.bool("audit-default", "whether records are held while no daemon is connected");
  private static final PluginOption<Duration> CLOSE_DEADLINE =
      PluginOption.duration(
              "close-deadline",
              Duration.ZERO,
              Duration.ofHours(24),
              "how long waiting records are still delivered at the end")
          .withDefault(Duration.ofSeconds(10));

  private static final List<PluginOption<?>> SETTINGS =
      List.of(
          BACKLOG_LIMIT,
          BACKLOG_WAIT_TIME,
          RATE_LIMIT,
          FAILURE_MODE,
          AUDIT_DEFAULT,
          CLOSE_DEADLINE);
  private static final List<String> KEYS =
      Stream.concat(
              Arrays.stream(EnginePart.values()).map(EnginePart::key),
              SETTINGS.stream().map(PluginOption::key))
          .toList();

  private final Map<String, String> own = new LinkedHashMap<>();
  private final Map<String, String> plugins = new LinkedHashMap<>();

  private EngineConfig(Map<String, String> written) {
    written.forEach((key, value) -> {
      String name = hyphened(key);
      Map<String, String> group = KEYS.contains(name) ? own : plugins;
      if (group.putIfAbsent(name, Objects.requireNonNull(value, key)) != null) {
        throw new PluginConfigException("'" + name + "' is set twice; set it once");
      }
    });
    if (isBlank(own.get(EnginePart.TRANSPORT.key()))) {
      throw new PluginConfigException(
          "'transport' is missing; say where records go to, for example"
              + " transport=file:/var/log/app/audit.log");
    }
    for (PluginOption<?> setting : SETTINGS) {
      value(setting);
    }
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  /**
   * Checks the user's settings, as far as possible without the plug-ins.
   *
   * @throws PluginConfigException if a value is not valid, a key occurs twice, or no transport is
   *     picked; the message names it, and is fit for a user
   */
  public static EngineConfig of(Map<String, String> written) {
    return new EngineConfig(written);
  }

  /** The keys that every engine knows; all others are options of plug-ins. Unmodifiable. */
  public static List<String> keys() {
    return KEYS;
  }

  /** The usual spelling of a key: {@code backlog-limit} for {@code backlogLimit}. */
  public static String hyphened(String key) {
    return key.strip().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** How long the engine may deliver waiting records when it is closed. */
  public Duration closeDeadline() {
    return Objects.requireNonNull(value(CLOSE_DEADLINE));
  }

  /**
   * Makes the plug-ins, and a builder with them and the settings. Settings that are not configured
   * keep the builder's default.
   *
   * <p><b>Blocking</b>: queues are opened, and those on disk are read; nothing else does I/O.
   *
   * @param found the available plug-ins; close it after the engine
   * @throws PluginException if a plug-in is not available; the message says what to do, and nothing
   *     is left open
   * @throws PluginConfigException if none of the plug-ins knows a key, or several do
   */
  public KauditdBuilder builder(Plugins found) {
    var picked = new PickedPlugins(found, own, plugins);
    var made = new ArrayList<AutoCloseable>();
    try {
      KauditdBuilder builder = Kauditd.builder();
      String transport = picked.id(EnginePart.TRANSPORT);
      builder.transport(transport, kept(made, picked.newTransport()));
      if (picked.has(EnginePart.POLICY)) {
        builder.policy(picked.id(EnginePart.POLICY), picked.newPolicy());
      }
      if (picked.has(EnginePart.MAIN_QUEUE)) {
        builder.mainQueue(kept(made, picked.newQueue(EnginePart.MAIN_QUEUE, QueueRole.MAIN)));
      }
      if (picked.has(EnginePart.RETRY_QUEUE)) {
        builder.retryQueue(kept(made, picked.newQueue(EnginePart.RETRY_QUEUE, QueueRole.RETRY)));
      }
      if (picked.has(EnginePart.HOLD_QUEUE)) {
        builder.holdQueue(kept(made, picked.newQueue(EnginePart.HOLD_QUEUE, QueueRole.HOLD)));
      }
      return builder.settings(settings());
    } catch (RuntimeException e) {
      closeAll(made, e);
      throw e;
    }
  }

  private static <T extends AutoCloseable> T kept(List<AutoCloseable> made, T plugin) {
    made.add(plugin);
    return plugin;
  }

  private static void closeAll(List<AutoCloseable> made, RuntimeException cause) {
    for (AutoCloseable each : made) {
      try {
        each.close();
      } catch (Exception e) { // plug-in code
        cause.addSuppressed(e);
      }
    }
  }

  private AuditSettings settings() {
    AuditSettings settings = AuditSettings.EMBEDDED;
    Long backlogLimit = value(BACKLOG_LIMIT);
    if (backlogLimit != null) {
      settings = settings.withBacklogLimit(backlogLimit.intValue());
    }
    Duration wait = value(BACKLOG_WAIT_TIME);
    if (wait != null) {
      settings = settings.withBacklogWaitTimeMs(wait.toMillis());
    }
    Long rateLimit = value(RATE_LIMIT);
    if (rateLimit != null) {
      settings = settings.withRateLimit(rateLimit.intValue());
    }
    FailureMode mode = value(FAILURE_MODE);
    if (mode != null) {
      settings = settings.withFailureMode(mode);
    }
    Boolean hold = value(AUDIT_DEFAULT);
    return hold == null ? settings : settings.withAuditDefault(hold);
  }

  private <T> @Nullable T value(PluginOption<T> option) {
    String text = own.get(option.key());
    return text == null ? option.defaultValue() : option.parse(text);
  }
}
