// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.RecordType;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SerialWatch;

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

  /** Which program wrote the lines. */
  static final PluginOption<LineRules.Form> FORMAT =
      PluginOption.choice(
              "format",
              LineRules.Form.class,
              "which program wrote the lines; auto takes each in whichever form it is")
          .withDefault(LineRules.Form.AUTO);

  /** Whether serials are watched. */
  static final PluginOption<SerialWatch.Mode> GAPS =
      PluginOption.choice(
              "gaps",
              SerialWatch.Mode.class,
              "whether serials that never came are reported; auto: standard input that an audit"
                  + " daemon writes to")
          .withDefault(SerialWatch.Mode.AUTO);

  private SourceOptions() {}

  /** How lines are taken, by the options of the source. */
  static LineRules rules(PluginConfig config) {
    return LineRules.of(config.get(TYPE)).withForm(config.get(FORMAT)).withGaps(config.get(GAPS));
  }

  static int parseType(String text) {
    return RecordType.parse(text.strip())
        .orElseThrow(() -> new IllegalArgumentException("no such type"));
  }
}
