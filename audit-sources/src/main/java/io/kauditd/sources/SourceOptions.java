// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.RecordType;
import io.kauditd.spi.PluginOption;

/** What several sources have in common. */
final class SourceOptions {
  /** The type of a record whose line is not in the audit format. */
  static final PluginOption<Integer> TYPE =
      PluginOption.custom(
              "type",
              "a record type, by name (TRUSTED_APP) or number (1121)",
              "the type of records made of lines that are not in the audit format",
              SourceOptions::parseType)
          .withDefault(RecordType.TRUSTED_APP);

  private SourceOptions() {}

  static int parseType(String text) {
    return RecordType.parse(text.strip())
        .orElseThrow(() -> new IllegalArgumentException("no such type"));
  }
}
