// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was measured in one run, by name: {@code HandOver relay=engine producers=1}. */
final class Figures {
  private static final Pattern FIGURE = Pattern.compile("\"([^\"]*)\": ([-+.0-9e]+),?");

  private final Map<String, Double> values = new TreeMap<>();

  void put(String name, double value) {
    values.put(name, value);
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  double get(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "' was not measured");
    }
    return value;
  }

  /** A line for each figure, so that scripts can read it too. */
  void writeJson(Path file, Map<String, String> about) throws IOException {
    StringJoiner json = new StringJoiner(",\n", "{\n", "\n}\n");
    about.forEach((name, value) -> json.add(quoted(name) + ": " + quoted(value)));
    values.forEach(
        (name, value) -> json.add(quoted(name) + ": " + String.format(Locale.ROOT, "%.4g", value)));
    Files.writeString(file, json.toString());
  }

  /** Takes figures that another run has left, if it has; those that are here already stay. */
  void addFrom(Path file) throws IOException {
    if (Files.notExists(file)) {
      return;
    }
    for (String line : Files.readAllLines(file)) {
      Matcher figure = FIGURE.matcher(line);
      if (figure.matches()) {
        values.putIfAbsent(figure.group(1), Double.parseDouble(figure.group(2)));
      }
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
