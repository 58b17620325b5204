// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No message puts a number before a plural by itself, for it would say "1 records":
 * io.kauditd.spi.Counts does it, or NumberText of the tool. Of a constant, and of a length that is
 * too large, there is never one.
 */
class PluralsTest {
  private static final String THINGS =
      " (?:records|lines|files|bytes|nodes|events|failures|problems|attempts|times|counters"
          + "|connections|clients|segments)\\b";
  private static final Pattern ADDED =
      Pattern.compile("([\\w.()\\[\\] -]*[\\w)\\]])\\s*\\+\\s*\"" + THINGS);
  private static final Pattern FORMATTED =
      Pattern.compile("\"[^\"\\n]*(?:\\{}|%,?[ds])" + THINGS + "[^\"\\n]*\"");
  private static final Pattern CONSTANT = Pattern.compile("(?:.*[. (])?[A-Z][A-Z0-9_]+( - 1\\))?");
  private static final List<String> NEVER_ONE =
      List.of(
          "RecordText.java: after",
          "RecordText.java: length",
          "LineRecords.java: RecordType.nameOf");

  private final List<String> found = new ArrayList<>();

  @Test
  void aNumberHasThePluralThatItTakes() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."), 12)) {
      for (Path file : files.filter(PluralsTest::isSource).toList()) {
        look(file);
      }
    }
    assertThat(found).as("numbers before a plural").isEmpty();
  }

  /** What users see; the test kit and the measurements count thousands. */
  private static boolean isSource(Path file) {
    String path = file.toString();
    return path.startsWith("../audit-")
        && path.endsWith(".java")
        && path.contains("/src/main/java/")
        && !Pattern.compile("/audit-(bench|lab|simulation|testkit|[a-z-]*fixtures)/")
            .matcher(path)
            .find();
  }

  private void look(Path file) throws IOException {
    String source = Files.readString(file);
    ADDED
        .matcher(source)
        .results()
        .map(match -> match.group(1).strip())
        .filter(number -> !CONSTANT.matcher(number).matches())
        .forEach(number -> add(file, number));
    FORMATTED.matcher(source).results().forEach(match -> add(file, match.group()));
  }

  private void add(Path file, String what) {
    String place = file.getFileName() + ": " + what;
    if (NEVER_ONE.stream().noneMatch(place::startsWith)) {
      found.add(place);
    }
  }
}
