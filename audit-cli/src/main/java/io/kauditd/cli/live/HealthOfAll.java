// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import io.kauditd.api.AuditLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether each transport of a run delivers. Confined to one thread. */
final class HealthOfAll {
  private final Map<String, AuditLog> logs;
  private final Map<String, Health> healths = new LinkedHashMap<>();

  HealthOfAll(Map<String, ? extends AuditLog> logs) {
    this.logs = new LinkedHashMap<>(logs);
  }

  /**
   * What there is to say.
   *
   * @param allDeliver whether nothing is in the way anywhere
   * @param lines a sentence for each transport; with its name where there are several
   */
  record Reports(boolean allDeliver, List<String> lines) {}

  /** Looks at the status of now. */
  Reports look(long nowNs) {
    boolean all = true;
    var lines = new ArrayList<String>();
    for (var each : logs.entrySet()) {
      Health health = healths.computeIfAbsent(each.getKey(), name -> new Health());
      Health.Report report = health.look(each.getValue().status(), nowNs);
      all &= report.state() == Health.State.DELIVERING;
      lines.add((logs.size() == 1 ? "" : each.getKey() + ": ") + report);
    }
    return new Reports(all, lines);
  }
}
