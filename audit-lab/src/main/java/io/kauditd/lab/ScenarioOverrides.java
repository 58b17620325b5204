// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that change a scenario: the engine's settings by the names of a run, and any key. */
final class ScenarioOverrides {
  @Option(
      names = "--backlog-limit",
      paramLabel = "RECORDS",
      description = "Maximum number of records in each queue; 0 for no limit.")
  private @Nullable String backlogLimit;

  @Option(
      names = "--backlog-wait-time",
      paramLabel = "TIME",
      description =
          "Maximum time that a producer waits for room, such as 500ms or 60s; 0: it never"
              + " waits.")
  private @Nullable String backlogWaitTime;

  @Option(
      names = "--rate-limit",
      paramLabel = "RECORDS",
      description = "Maximum number of records per second; 0 for no limit.")
  private @Nullable String rateLimit;

  @Option(
      names = "--audit-default",
      paramLabel = "on|off",
      description = "Whether records are held while no daemon is connected.")
  private @Nullable String auditDefault;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "Any other key of the scenario, such as duration=10m or"
              + " daemon.recordsPerSecond=2000; docs/reference/simulation.md lists them. Can be"
              + " repeated.")
  private List<String> set = List.of();

  /** What to put in the place of what the file says, by its keys. */
  Map<String, String> values() {
    var values = new LinkedHashMap<String, String>();
    put(values, "settings.backlogLimit", backlogLimit);
    put(values, "settings.backlogWaitTime", backlogWaitTime);
    put(values, "settings.rateLimit", rateLimit);
    put(values, "settings.auditDefault", auditDefault);
    for (String each : set) {
      int equals = each.indexOf('=');
      if (equals <= 0) {
        throw new UserValue(each, "--set").notValid("KEY=VALUE");
      }
      put(values, each.substring(0, equals).strip(), each.substring(equals + 1).strip());
    }
    return values;
  }

  private static void put(Map<String, String> values, String key, @Nullable String value) {
    if (value != null && values.put(key, value) != null) {
      throw UserError.usage("--set: '" + key + "' is given twice; give it once");
    }
  }
}
