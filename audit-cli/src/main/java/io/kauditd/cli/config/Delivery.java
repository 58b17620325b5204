// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.api.AuditSettings;
import io.kauditd.cli.plugin.PluginChoice;
import java.util.Map;
import java.util.Objects;

/**
 * One transport of a run, with its own queues, policy and settings.
 *
 * @param name its name in the status, and the prefix of its settings, {@code kafka.backlog-limit}:
 *     a name that the user gave, or the id of the transport
 * @param choices the plug-ins picked for each part but the source
 * @param settings the settings of its engine
 */
public record Delivery(String name, Map<PluginSlot, PluginChoice> choices, AuditSettings settings) {
  /** The plug-in picked for a part. */
  public PluginChoice choice(PluginSlot part) {
    return Objects.requireNonNull(choices.get(part), part.name());
  }

  /** Whether it gets only the records that the others reject. */
  public boolean isForRejected() {
    return name.equals(Deliveries.REJECTED);
  }

  Delivery withSettings(AuditSettings others) {
    return new Delivery(name, choices, others);
  }
}
