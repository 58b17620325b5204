// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.cli.Main;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.fixtures.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where results go: to outputs that take them, do not take them, or must stay what they are. */
class WrittenResultsTest {
  private static final String[] A_RUN = {
    "run", "--source", "generate:5", "--transport", "null", "--runtime-dir"
  };

  @TempDir Path temp;
  private Path dir;

  @BeforeEach
  void resolve() throws IOException {
    dir = temp.toRealPath();
  }

  /** Runs the tool below a shell that has redirected its output; returns code and complaints. */
  private CommandResult run(String redirection, String... arguments) throws Exception {
    var command = new ArrayList<String>(List.of("sh", "-c", "exec \"$@\" " + redirection, "sh"));
    command.addAll(Program.command(Main.class, List.of(), arguments));
    File out = dir.resolve("out").toFile();
    File err = dir.resolve("err").toFile();
    Process process = new ProcessBuilder(command).redirectOutput(out).redirectError(err).start();
    process.getOutputStream().close();
    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    return new CommandResult(
        process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
  }

  private String[] aRun(String... more) {
    var arguments = new ArrayList<String>(List.of(A_RUN));
    arguments.add(dir.resolve("rt").toString());
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @Test
  void aSummaryThatNobodyHasIsAnError() throws Exception {
    CommandResult result = run(">/dev/full", aRun());
    assertThat(result.code()).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(result.err())
        .contains("audit: standard output cannot be written: No space left on device");
    assertThat(run(">/dev/full", aRun("-q")).code()).as("nothing to print").isEqualTo(ExitCode.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugins --json", "--version", "--help", "run --help", "completion bash"})
  void soIsAnyOtherResult(String command) throws Exception {
    CommandResult result = run(">/dev/full", command.split(" ", -1));
    assertThat(result.code()).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(result.err()).contains("No space left on device").doesNotContain("\tat ");
  }

  @Test
  void soIsAStandardOutputThatIsClosed() throws Exception {
    CommandResult result = run(">&-", aRun());
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(result.err()).contains("standard output cannot be written: it is closed");
  }

  @Test
  void aSummaryGoesThroughDevicesLinksAndTheOwnOutput() throws Exception {
    Path full = Files.createSymbolicLink(dir.resolve("full"), Path.of("/dev/full"));
    CommandResult refused = run("", aRun("-q", "--summary", full.toString()));
    assertThat(refused.code()).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(refused.err())
        .isEqualTo(
            "audit run: --summary: '" + full + "' cannot be written: No space left on device\n");

    Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("target"));
    assertThat(run("", aRun("-q", "--summary", link.toString())).code()).isEqualTo(ExitCode.OK);
    assertThat(link).isSymbolicLink();
    assertThat(Json.readObject(Files.readString(dir.resolve("target")))).containsKey("ledger");

    Path own = Files.createSymbolicLink(dir.resolve("own"), Path.of("/proc/self/fd/1"));
    CommandResult result = run("", aRun("--summary", own.toString()));
    assertThat(result.out()).startsWith("generate:5 ->").contains("{");
    assertThat(Json.readObject(result.out().substring(result.out().indexOf('{'))))
        .containsKey("ledger");
    assertThat(own).isSymbolicLink();
  }

  @Test
  void aDeviceStaysADevice() throws Exception {
    Path device = dir.resolve("null");
    Process made = new ProcessBuilder("mknod", device + "", "c", "1", "3").start();
    assumeTrue(
        made.waitFor(180, TimeUnit.SECONDS) && made.exitValue() == 0, "only root makes devices");
    assertThat(run("", aRun("-q", "--summary", device.toString())).code()).isEqualTo(ExitCode.OK);
    assertThat((int) Files.getAttribute(device, "unix:mode") & 0170000).isEqualTo(0020000);
  }
}
