// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/** The parts of an engine that a plug-in is picked for. */
enum EnginePart {
  TRANSPORT("transport", PluginKind.TRANSPORT),
  POLICY("policy", PluginKind.POLICY),
  HOLD_QUEUE("queue", PluginKind.QUEUE),
  MAIN_QUEUE("main-queue", PluginKind.QUEUE),
  RETRY_QUEUE("retry-queue", PluginKind.QUEUE);

  private final String key;
  private final PluginKind kind;

  EnginePart(String key, PluginKind kind) {
    this.key = key;
    this.kind = kind;
  }

  /** What it is picked with, and what stands before its options: {@code transport.max-size}. */
  String key() {
    return key;
  }

  PluginKind kind() {
    return kind;
  }
}
