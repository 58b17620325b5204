// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every public type of a module with {@code signatures.txt} says since which version it is there.
 */
class SinceTest {
  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "^public (?:final |abstract |sealed |non-sealed )*(?:class|interface|record|enum) \\w+",
          Pattern.MULTILINE);

  private static final Pattern SINCE = Pattern.compile("\n \\* @since \\d+\\.\\d+\\.\\d+\n");

  @Test
  void everyPublicTypeSaysSinceWhen() throws IOException {
    List<Path> sources = publishedSources();

    assertThat(sources).hasSizeGreaterThan(50);
    assertThat(sources).allSatisfy(source -> assertThat(saysSince(source)).isTrue());
  }

  private static List<Path> publishedSources() throws IOException {
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      return modules
          .filter(module -> Files.exists(module.resolve("signatures.txt")))
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .flatMap(SinceTest::javaFiles)
          .toList();
    }
  }

  private static Stream<Path> javaFiles(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean saysSince(Path source) throws IOException {
    String text = Files.readString(source);
    Matcher type = PUBLIC_TYPE.matcher(text);
    if (!type.find()) {
      return true;
    }
    int comment = text.lastIndexOf("\n/**", type.start());
    return comment >= 0 && SINCE.matcher(text.substring(comment, type.start())).find();
  }
}
