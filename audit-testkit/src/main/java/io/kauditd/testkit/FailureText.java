// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the contracts say things in the messages of failed tests. */
final class FailureText {
  private static final int SHOWN = 3;
  private static final int SHOWN_CHARACTERS = 60;

  private FailureText() {}

  /**
   * What is wrong with what has arrived: what is missing, came twice, was never sent or is out of
   * order; null if nothing is. It names the first few, since nobody reads a list of a thousand long
   * texts.
   */
  static @Nullable String difference(List<String> expected, List<String> arrived) {
    if (expected.equals(arrived)) {
      return null;
    }
    Map<String, Integer> left = count(expected);
    var twice = new ArrayList<String>();
    var unknown = new ArrayList<String>();
    for (String text : arrived) {
      Integer count = left.get(text);
      if (count == null) {
        unknown.add(text);
      } else if (count == 0) {
        twice.add(text);
      } else {
        left.put(text, count - 1);
      }
    }
    var missing = new ArrayList<String>();
    for (String text : expected) {
      if (left.merge(text, -1, Integer::sum) >= 0) {
        missing.add(text);
      }
    }
    var all = new ArrayList<String>();
    say(all, missing, "missing");
    say(all, twice, "once too often");
    say(all, unknown, "that nobody sent");
    if (all.isEmpty()) {
      all.add(outOfOrder(expected, arrived));
    }
    return "%d sent, %d arrived: %s"
        .formatted(expected.size(), arrived.size(), String.join("; ", all));
  }

  private static Map<String, Integer> count(List<String> texts) {
    var counts = new LinkedHashMap<String, Integer>();
    texts.forEach(text -> counts.merge(text, 1, Integer::sum));
    return counts;
  }

  private static void say(List<String> to, List<String> texts, String what) {
    if (!texts.isEmpty()) {
      String more = texts.size() > SHOWN ? " and " + (texts.size() - SHOWN) + " more" : "";
      to.add(
          texts.stream()
              .limit(SHOWN)
              .map(FailureText::quoted)
              .collect(Collectors.joining(", ", texts.size() + " " + what + ", namely ", more)));
    }
  }

  private static String outOfOrder(List<String> expected, List<String> arrived) {
    int i = 0;
    while (expected.get(i).equals(arrived.get(i))) {
      i++;
    }
    return "out of order from number %d on, where %s came in place of %s"
        .formatted(i + 1, quoted(arrived.get(i)), quoted(expected.get(i)));
  }

  /** A text in quotes, the middle of a long one left out. */
  static String quoted(String text) {
    return text.length() <= SHOWN_CHARACTERS
        ? "'" + text + "'"
        : "'%s…' (%d characters)".formatted(text.substring(0, SHOWN_CHARACTERS), text.length());
  }
}
