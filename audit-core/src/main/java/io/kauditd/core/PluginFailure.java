// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import org.jspecify.annotations.Nullable;

/**
 * A plug-in, or a jar in a plug-in directory, that could not be loaded.
 *
 * @param origin the jar or directory it stands in
 * @param kind the kind of plug-in, null where the jar did not let itself be read that far
 * @param id its id, null where the provider did not come as far as telling it
 * @param reason what is wrong with it and what to do, in one sentence
 * @since 0.1.0
 */
public record PluginFailure(
    String origin, @Nullable PluginKind kind, @Nullable String id, String reason) {

  /** Where and why, for a log. */
  @Override
  public String toString() {
    return origin + ": " + reason;
  }
}
