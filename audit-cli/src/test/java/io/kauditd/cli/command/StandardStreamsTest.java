// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.Main;
import io.kauditd.fixtures.Program;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Standard streams that are closed, full, or shown to a person. */
class StandardStreamsTest {
  @TempDir Path directory;

  /** Runs a line of the shell, in which {@code audit} is the command; returns its exit code. */
  private int shell(String line) throws IOException, InterruptedException {
    Path err = directory.resolve("shell.txt");
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "audit() { " + Program.shellCommand(Main.class) + " \"$@\"; }\n" + line)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(directory.resolve("stdout.txt").toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it does not end: " + Files.readString(err));
    }
    return process.exitValue();
  }

  private String file(String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stdin", "file:/dev/stdin"})
  void refusesAStandardInputThatIsClosed(String source) throws Exception {
    int code = shell("audit run --source " + source + " --transport file:out.log <&- 2>err.txt");

    assertThat(code).isEqualTo(3);
    assertThat(file("err.txt"))
        .isEqualTo(
            "audit run: --source: standard input is closed; start the program with one, or name"
                + " something else\n");
    assertThat(directory.resolve("out.log")).doesNotExist();
  }

  /** What the run opens must not become standard output, input or error. */
  @ParameterizedTest
  @ValueSource(strings = {"<&-", ">&-", "2>&-", ">&- 2>&-"})
  void writesNothingElseIntoItsLog(String closed) throws Exception {
    Files.writeString(directory.resolve("in.log"), "one\ntwo\nmsg=audit(bad\n");
    int code = shell("audit run --source file:in.log --transport file:out.log " + closed);

    assertThat(code).isEqualTo(closed.contains(">&-") && !closed.equals("2>&-") ? 3 : 1);
    assertThat(file("out.log").lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("type=TRUSTED_APP "));
  }

  @Test
  void refusesToWriteToAStandardOutputThatIsClosed() throws Exception {
    int code = shell("audit run --source generate:1 --transport file:/dev/stdout >&- 2>err.txt");

    assertThat(code).isEqualTo(3);
    assertThat(file("err.txt")).startsWith("audit run: --transport: standard output is closed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run --source generate:5 --transport null",
        "run --help",
        "plugins",
        "--version",
        "tail --help",
        "completion bash"
      })
  void saysThatResultsCouldNotBeWritten(String command) throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: there is no /dev/full");
    int code = shell("audit " + command + " >/dev/full 2>err.txt");

    assertThat(code).isEqualTo(3);
    assertThat(file("err.txt"))
        .isEqualTo("audit: standard output cannot be written: No space left on device\n");
  }

  @Test
  void saysThatNobodyReadsTheResults() throws Exception {
    int code =
        shell("{ sleep 0 | :; }; audit plugins --options 2>err.txt | :; exit ${PIPESTATUS[0]}");

    assertThat(code).isEqualTo(3);
    assertThat(file("err.txt"))
        .isEqualTo("audit: standard output cannot be written: Broken pipe\n");
  }

  /** A record, a file name, a key: whatever is quoted on the way to a terminal. */
  @Test
  void saysOnceWhatToDoAboutAFullDiskAndWhatPrintedRecordsAre() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: there is no /dev/full");

    int code =
        shell(
            "audit run --source generate:3 --transport file:/dev/full -q --close-deadline 500ms"
                + " 2>err.txt");

    assertThat(code).isEqualTo(1);
    String said = file("err.txt");
    assertThat(said)
        .containsOnlyOnce("make room, and delivery goes on by itself")
        .containsOnlyOnce("records that cannot be delivered now are printed too");
    assertThat(said.indexOf("printed too"))
        .as("before the first of them: %s", said)
        .isLessThan(said.indexOf("audit: type=1121 audit("));
  }

  @Test
  void showsNothingThatATerminalObeys() throws Exception {
    byte[] evil =
        "evil \033]0;owned\007\033[2J\u009b31m\u202eFAKE\u2028x\n".getBytes(StandardCharsets.UTF_8);
    byte[] bytes = {'b', 'a', 'd', (byte) 0x9b, '2', 'J', (byte) 0xff, '\n'};
    Files.write(directory.resolve("evil.in"), evil);
    Files.write(directory.resolve("bytes.in"), bytes);
    String[] lines = {
      "audit run --source file:evil.in --transport file:/dev/full --backlog-limit 1"
          + " --close-deadline 500ms",
      "audit run --source file:bytes.in --transport file:/nonexistent/x --audit-default off"
          + " --close-deadline 500ms",
      "audit run --source $'file:a\\033[2J' --transport null",
      "audit run --source generate:1 --transport null --set $'a\\033[2J=\\u202e'",
      "audit $'\\033[2J'",
      "audit run --config $'\\033[2J\\n.conf'"
    };
    for (String line : lines) {
      shell("LC_ALL=C.UTF-8; export LC_ALL; " + line + " >said.txt 2>&1");
      byte[] said = Files.readAllBytes(directory.resolve("said.txt"));
      String text = new String(said, StandardCharsets.UTF_8);

      assertThat(said).as(line).isNotEmpty();
      assertThat(text.codePoints().filter(c -> c != '\n'))
          .as("%s said %s", line, text)
          .allMatch(c -> Harmless.line(Character.toString(c)).equals(Character.toString(c)));
      assertThat(text).as(line).containsAnyOf("\\x1b[2J", "\ufffd2J");
    }
  }
}
