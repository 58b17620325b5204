// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.FailureMode;
import io.kauditd.cli.command.UserError;
import io.kauditd.spi.PluginOption;
import java.time.Duration;

/** The settings of an engine, by the kernel's names. */
final class EngineSettings {
  /** With one transport. With several, none holds up the others unless this is set. */
  private static final Duration DEFAULT_BACKLOG_WAIT_TIME = Duration.ofSeconds(60);

  private EngineSettings() {}

  /**
   * The settings as they were given.
   *
   * @param waits whether the source waits for room by default
   * @throws UserError for a value that is not valid
   */
  static AuditSettings of(RunValues given, boolean waits) {
    AuditSettings defaults = AuditSettings.DEFAULTS;
    long backlogLimit =
        Values.value(
            given,
            RunKey.BACKLOG_LIMIT,
            PluginOption.number("backlog-limit", 0, AuditSettings.MAX_BACKLOG_LIMIT, ""),
            (long) defaults.backlogLimit());
    long rateLimit =
        Values.value(
            given,
            RunKey.RATE_LIMIT,
            PluginOption.number("rate-limit", 0, Integer.MAX_VALUE, ""),
            (long) defaults.rateLimit());
    return defaults
        .withBacklogLimit((int) backlogLimit)
        .withBacklogWaitTimeMs(
            Values.duration(
                    given,
                    RunKey.BACKLOG_WAIT_TIME,
                    waits ? DEFAULT_BACKLOG_WAIT_TIME : Duration.ZERO,
                    Duration.ofMillis(AuditSettings.MAX_BACKLOG_WAIT_TIME_MS))
                .toMillis())
        .withRateLimit((int) rateLimit)
        .withFailureMode(
            Values.value(
                given,
                RunKey.FAILURE_MODE,
                PluginOption.choice("failure-mode", FailureMode.class, ""),
                defaults.failureMode()))
        .withAuditDefault(
            Values.value(
                given,
                RunKey.AUDIT_DEFAULT,
                PluginOption.bool("audit-default", ""),
                defaults.auditDefault()));
  }
}
