// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.core.PluginKind;
import org.jspecify.annotations.Nullable;

/** The six parts of a run that a plug-in is picked for. */
public enum PluginSlot {
  SOURCE(RunKey.SOURCE, PluginKind.SOURCE, null),
  TRANSPORT(RunKey.TRANSPORT, PluginKind.TRANSPORT, null),
  POLICY(RunKey.POLICY, PluginKind.POLICY, "mainline"),
  HOLD_QUEUE(RunKey.QUEUE, PluginKind.QUEUE, "memory"),
  MAIN_QUEUE(RunKey.MAIN_QUEUE, PluginKind.QUEUE, "memory"),
  RETRY_QUEUE(RunKey.RETRY_QUEUE, PluginKind.QUEUE, "memory");

  private final RunKey key;
  private final PluginKind kind;
  private final @Nullable String defaultId;

  PluginSlot(RunKey key, PluginKind kind, @Nullable String defaultId) {
    this.key = key;
    this.kind = kind;
    this.defaultId = defaultId;
  }

  RunKey key() {
    return key;
  }

  public PluginKind kind() {
    return kind;
  }

  /** The plug-in where the user picks none; null for a part that must be picked. */
  @Nullable String defaultId() {
    return defaultId;
  }

  /** What stands before a setting of this part: {@code transport} in {@code transport.path}. */
  public String prefix() {
    return key.key();
  }
}
