// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit replay}. */
class ReplayCommandTest {
  private static final String PASSING =
      """
      {"name":"connects","semantics":"mainline","steps":[{"op":"connect","portId":7,"expect":\
      {"out":[],"main":[],"retry":[],"hold":[],"lost":0,"daemon":7,"waitActualMs":0}}]}
      """;

  @TempDir Path directory;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @Test
  void saysThatAllPassed() throws IOException {
    Path one = file("one.jsonl", PASSING);
    Path two = file("two.jsonl", PASSING + PASSING);
    CommandResult result = Lab.run("replay", one.toString(), two.toString());

    assertThat(result)
        .isEqualTo(
            new CommandResult(
                0,
                one + ": 1 passed, 0 failed\n" + two + ": 2 passed, 0 failed\n3 passed, 0 failed\n",
                ""));
  }

  @Test
  void showsTheFirstStepThatDiffersSideBySide() throws IOException {
    Path file =
        file("a.jsonl", PASSING + PASSING.replace("\"daemon\":7", "\"daemon\":8") + PASSING);
    CommandResult result = Lab.run("replay", file.toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.outLines())
        .containsExactly(
            file + ": 2 passed, 1 failed",
            "  line 2, scenario 'connects', step 1: {\"op\":\"connect\",\"portId\":7}",
            "                   expected                                       actual",
            "      daemon       8                                              7",
            "2 passed, 1 failed");
  }

  @Test
  void showsLongDifferencesBelowEachOther() throws IOException {
    String many = "[" + "1111111111,".repeat(8) + "2]";
    Path file = file("a.jsonl", PASSING.replace("\"main\":[]", "\"main\":" + many));

    assertThat(Lab.run("replay", file.toString()).outLines())
        .contains("      main", "        expected " + many, "        actual   []");
  }

  @Test
  void countsALineThatIsNoScenarioAsFailed() throws IOException {
    Path file = file("a.jsonl", PASSING + "no json\n");
    CommandResult result = Lab.run("replay", file.toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.outLines()).last().isEqualTo("1 passed, 1 failed");
  }

  @Test
  void complainsOfAFileThatCannotBeRead() throws IOException {
    Path file = directory.resolve("gone.jsonl");
    CommandResult result = Lab.run("replay", file.toString());

    assertThat(result.complaint())
        .isEqualTo("audit replay: '" + file + "' cannot be read: there is no such file");
    assertThat(result.code()).isEqualTo(3);
    assertThat(Lab.run("replay", directory.toString()).complaint())
        .endsWith("cannot be read: it is a directory");
    Path binary = Files.write(directory.resolve("b.jsonl"), new byte[] {(byte) 0xFF, '\n'});
    assertThat(Lab.run("replay", binary.toString()).complaint())
        .endsWith("cannot be read: it is not UTF-8 text");
  }

  @Test
  void complainsOfNoFileAtAll() {
    CommandResult result = Lab.run("replay");

    assertThat(result.complaint())
        .isEqualTo("audit replay: missing required parameter: 'FILE'; see 'audit replay --help'");
    assertThat(result.code()).isEqualTo(2);
    assertThat(Lab.run("replay", "--pull-ahead", "1,0", "x").complaint())
        .isEqualTo(
            "audit replay: --pull-ahead: '0' is not valid; it takes a whole number from 1 to 1024");
  }

  @Test
  void printsTextThatItReplays() throws IOException {
    Path json = file("a.jsonl", PASSING);
    CommandResult printed = Lab.run("replay", "--print", json.toString());

    assertThat(printed.code()).isZero();
    assertThat(printed.outLines())
        .containsExactly(
            "scenario connects", "semantics mainline", "", "connect portId=7", "  => daemon=7");
    Path text = file("a.txt", printed.out());
    assertThat(Lab.run("replay", text.toString()).outLines())
        .containsExactly(text + ": 1 passed, 0 failed", "1 passed, 0 failed");
  }

  @Test
  void showsTheLineOfATextThatDiffers() throws IOException {
    Path text =
        file("a.txt", "scenario connects\nsemantics mainline\n\nconnect portId=7\n  => daemon=8\n");

    assertThat(Lab.run("replay", text.toString()).outLines())
        .contains("  line 4, scenario 'connects', step 1: connect portId=7");
  }

  @Test
  void namesTheLineThatCannotBePrinted() throws IOException {
    Path file = file("a.jsonl", PASSING + "no json\n");
    CommandResult result = Lab.run("replay", "--print", file.toString());

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.complaint())
        .startsWith("audit replay: '" + file + "' cannot be printed: line 2: ");
  }
}
