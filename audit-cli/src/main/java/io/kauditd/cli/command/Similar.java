// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Finds what a user may have meant. */
public final class Similar {
  private static final int MOST = 3;

  private Similar() {}

  /** The known words that resemble this one, the nearest first. */
  static List<String> to(String word, Collection<String> known) {
    int longest = known.stream().mapToInt(String::length).max().orElse(0);
    if (word.length() > 2 * longest) {
      return List.of(); // as different, however long it takes to compare them
    }
    int nearest = known.stream().mapToInt(each -> distance(word, each)).min().orElse(0);
    int tolerance = Math.min(nearest + 1, Math.max(2, word.length() / 2));
    return known.stream()
        .filter(each -> distance(word, each) <= tolerance)
        .sorted(
            Comparator.comparingInt((String each) -> distance(word, each))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  /** {@code ; did you mean a, b or c?}, or nothing. */
  public static String hint(String word, Collection<String> known) {
    List<String> similar = to(word, known);
    return similar.isEmpty() ? "" : "; did you mean " + orList(similar) + "?";
  }

  /** {@code a, b or c}. */
  public static String orList(List<String> words) {
    int last = words.size() - 1;
    return last <= 0
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
