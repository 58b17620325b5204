// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table of text, with a row for each measure and a column for each policy. Labels are aligned
 * left, values right. For one thread.
 *
 * @since 0.1.0
 */
public final class ColumnTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a row; all have the same number of values. */
  public void row(String label, List<String> values) {
    List<String> row = new ArrayList<>();
    row.add(label);
    row.addAll(values);
    rows.add(row);
  }

  /** The rows with their columns below each other. Ends with a line end. */
  public String text() {
    var widths = new int[rows.isEmpty() ? 0 : rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> row : rows) {
      text.append(padded(row.get(0), widths[0], true));
      for (int i = 1; i < widths.length; i++) {
        text.append(GAP).append(padded(row.get(i), widths[i], false));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String padded(String cell, int width, boolean left) {
    var padding = new char[width - cell.length()];
    Arrays.fill(padding, ' ');
    return left ? cell + String.valueOf(padding) : String.valueOf(padding) + cell;
  }
}
