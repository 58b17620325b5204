// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

/** The lines that the contracts' sources read. */
final class Lines {
  private Lines() {}

  /** So many lines, each the text of a record. */
  static String numbered(int count) {
    var lines = new StringBuilder();
    for (int i = 1; i <= count; i++) {
      lines.append(numberedText(i)).append('\n');
    }
    return lines.toString();
  }

  static String numberedText(int number) {
    return "op=contract n=" + number;
  }
}
