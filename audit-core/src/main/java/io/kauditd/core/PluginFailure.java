// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import org.jspecify.annotations.Nullable;

/**
 * A plug-in, or a jar in a plug-in directory, that could not be loaded. Immutable; only {@link
 * Plugins} makes it.
 *
 * @since 0.1.0
 */
public final class PluginFailure {
  private final String origin;
  private final @Nullable PluginKind kind;
  private final @Nullable String id;
  private final String reason;

  PluginFailure(String origin, @Nullable PluginKind kind, @Nullable String id, String reason) {
    this.origin = origin;
    this.kind = kind;
    this.id = id;
    this.reason = reason;
  }

  /** The jar or directory that contains it. */
  public String origin() {
    return origin;
  }

  /** The kind of plug-in, null if the jar could not be read that far. */
  public @Nullable PluginKind kind() {
    return kind;
  }

  /** Its id, null if the provider failed before it returned one. */
  public @Nullable String id() {
    return id;
  }

  /** What is wrong with it and what to do, in one sentence. */
  public String reason() {
    return reason;
  }

  /** Where and why, for a log. */
  @Override
  public String toString() {
    return origin + ": " + reason;
  }
}
