// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents: each link leads to a file that is there, and to a heading that is in it. */
class DocumentLinksTest {
  private static final Pattern CODE = Pattern.compile("(?sm)^```.*?^```|`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*?) *$");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<Path> documents = documents(ReadmeTest.ROOT);
    assertThat(documents)
        .contains(
            ReadmeTest.ROOT.resolve("README.md"), ReadmeTest.ROOT.resolve("docs/reference/cli.md"));

    assertThat(broken(documents)).isEmpty();
  }

  @Test
  void aLinkThatLeadsNowhereIsFound(@TempDir Path dir) throws IOException {
    Files.writeString(dir.resolve("there.md"), "# One `code` heading, and more\n");
    Path document =
        Files.writeString(
            dir.resolve("document.md"),
            """
            ## Here
            [a](there.md) [b](there.md#one-code-heading-and-more) [c](#here) `[d](code.md)`
            [e](missing.md) [f](there.md#missing) [g](#missing) [h](https://example.org/x)
            """);

    assertThat(broken(List.of(document)))
        .containsExactly(
            "document.md: missing.md", "document.md: there.md#missing", "document.md: #missing");
  }

  /** The site shows code that is only indented without a frame, wider than a small screen. */
  @Test
  void codeIsFenced() throws IOException {
    for (Path document : documents(ReadmeTest.ROOT)) {
      String text = CODE.matcher(Files.readString(document)).replaceAll("");
      assertThat(text).as(document.toString()).doesNotContainPattern("\\n\\n {4}\\S");
    }
  }

  private static List<Path> documents(Path root) throws IOException {
    var found = new ArrayList<Path>();
    for (String folder : List.of("", "docs", "examples")) {
      try (Stream<Path> files =
          Files.find(
              root.resolve(folder),
              folder.isEmpty() ? 1 : 8,
              (file, attributes) ->
                  file.toString().endsWith(".md") && !file.toString().contains("/target/"))) {
        files.forEach(found::add);
      }
    }
    return found;
  }

  private static List<String> broken(List<Path> documents) throws IOException {
    var broken = new ArrayList<String>();
    for (Path document : documents) {
      String text = CODE.matcher(Files.readString(document)).replaceAll("");
      for (MatchResult link : LINK.matcher(text).results().toList()) {
        if (!leadsSomewhere(document, link.group(1))) {
          broken.add(document.getFileName() + ": " + link.group(1));
        }
      }
    }
    return broken;
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    URI target = URI.create(link);
    if (target.isAbsolute()) {
      return true; // not ours to look after
    }
    Path file = target.getPath().isEmpty() ? document : document.resolveSibling(target.getPath());
    if (!Files.exists(file)) {
      return false;
    }
    String anchor = target.getFragment();
    return anchor == null || anchors(Files.readString(file)).contains(anchor);
  }

  /** As GitHub makes them of headings. */
  private static List<String> anchors(String text) {
    return HEADING
        .matcher(text)
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }
}
