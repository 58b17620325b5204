// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Follows docs/start/plug-in-author.md word by word, in an empty directory. A block whose first
 * line names a file is that file. In a block {@code console}, what stands after {@code $} is run,
 * and what stands below it must come out: a line of {@code …} is any number of lines, and a {@code
 * …} in a line anything. The last command of a block {@code console fails} has to fail, all others
 * must not.
 */
class TutorialIT {
  private static final Path PAGE = OutsideProject.ROOT.resolve("docs/start/plug-in-author.md");
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+) ?(\\S*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private final Path home = OutsideProject.emptyDirectory("tutorial");

  TutorialIT() throws Exception {}

  @Test
  void doesWhatItShows() throws Exception {
    OutsideProject outside = OutsideProject.withInstalledArtifacts();
    Path path = outside.commands();
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    int commands = 0;
    while (block.find()) {
      String argument = block.group(2);
      if (block.group(1).equals("console")) {
        commands += runAll(path, block.group(3), argument.equals("fails"));
      } else if (!argument.isEmpty()) {
        Path file = home.resolve(argument);
        Files.createDirectories(file.getParent());
        Files.writeString(file, block.group(3));
      }
    }

    assertThat(commands).as("commands of the page that were run").isGreaterThan(5);
  }

  private int runAll(Path path, String block, boolean fails) throws Exception {
    List<String> steps = List.of(block.substring("$ ".length()).split("\n\\$ "));
    for (int i = 0; i < steps.size(); i++) {
      List<String> lines = steps.get(i).lines().toList();
      Command.Outcome outcome =
          Command.in(home)
              .with("PATH", path + ":" + System.getenv("PATH"))
              .with("JAVA_HOME", System.getProperty("java.home"))
              .with("MAVEN_OPTS", OutsideProject.QUICK_START)
              .run(List.of("bash", "-c", lines.getFirst()));
      boolean shouldFail = fails && i == steps.size() - 1;
      assertThat(outcome.exit() != 0)
          .as("%s fails; it said: %s", lines.getFirst(), outcome.all())
          .isEqualTo(shouldFail);
      if (lines.size() > 1) {
        assertThat(outcome.out().stripTrailing() + "\n")
            .matches(shown(lines.subList(1, lines.size())));
      }
    }
    return steps.size();
  }

  /** What is shown, as a pattern of what must come out. */
  private static Pattern shown(List<String> lines) {
    var patterns = new ArrayList<String>();
    for (String line : lines) {
      patterns.add(
          line.equals("…")
              ? "(?:[^\n]*\n)*?"
              : Arrays.stream(line.split("…", -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining("[^\n]*", "", "\n")));
    }
    return Pattern.compile(String.join("", patterns));
  }
}
