// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.cli.ToolProcess;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.fixtures.StandStill;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit listen} beside {@code audit run --transport netlink:peer}: two processes. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class ListenTest {
  /** Above every process id, and another one for each process that runs these tests. */
  private static final long PORT = 1_200_000_000L + ProcessHandle.current().pid();

  @TempDir Path directory;

  private int started;
  private int written;

  private ToolProcess start(String... arguments) throws IOException {
    return ToolProcess.start(Files.createDirectory(directory.resolve("p" + started++)), arguments);
  }

  private ToolProcess startEngine() throws IOException {
    return start(
        RunArguments.of(
            directory.resolve("run"),
            "stdin",
            "netlink:peer",
            "--set",
            "port=" + PORT,
            "--policy",
            "ordered"));
  }

  private ToolProcess startListener(Path received) throws IOException {
    return start("listen", "--port", Long.toString(PORT), "--output", received.toString());
  }

  private void write(OutputStream in, int count) throws IOException {
    var lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("record ").append(written++).append(" of some length, to fill the buffer\n");
    }
    in.write(lines.toString().getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  private List<String> expected() {
    var texts = new ArrayList<String>();
    for (int i = 0; i < written; i++) {
      texts.add("record " + i);
    }
    return texts;
  }

  private static List<String> received(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.replaceFirst(".*(record \\d+) of .*", "$1"))
        .toList();
  }

  private void awaitAll(Path file) throws Exception {
    Await.until("all records arrive", () -> Files.exists(file) && received(file).size() >= written);
  }

  @Test
  void isStoppedKilledAndStartedAgainWhileTheEngineRuns() throws Exception {
    Path received = directory.resolve("received.log");
    try (var engine = startEngine();
        var first = startListener(received);
        var in = engine.in()) {
      write(in, 50);
      awaitAll(received);

      StandStill.begin(first.pid());
      write(in, 6_000); // more than its receive buffer takes
      StandStill.end(first.pid());
      awaitAll(received);

      first.signal("KILL");
      assertThat(first.result().code()).isEqualTo(137);
      write(in, 100);
      try (var second = startListener(received)) {
        awaitAll(received);
        in.close();
        CommandResult end = engine.result();
        second.signal("TERM");
        CommandResult listened = second.result();

        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.outLines()).contains("  delivered  6,150");
        assertThat(listened.err())
            .contains("audit listen: 100 records received, 0 problems")
            .contains("registered as the daemon of the engine at port " + PORT);
        assertThat(listened.code()).isEqualTo(143);
        assertThat(received(received)).isEqualTo(expected());
      }
    }
  }

  @Test
  void registersWithTheNextEngine() throws Exception {
    Path received = directory.resolve("received.log");
    try (var listener = startListener(received)) {
      for (int i = 0; i < 2; i++) {
        try (var engine = startEngine();
            var in = engine.in()) {
          write(in, 10);
          awaitAll(received);
          in.close();
          assertThat(engine.result().code()).isZero();
        }
      }
      listener.signal("TERM");

      assertThat(listener.result().err()).contains("20 records received");
      assertThat(received(received)).isEqualTo(expected());
    }
  }

  @Test
  void endsAfterSoManyRecords() throws Exception {
    try (var engine = startEngine();
        var listener = start("listen", "--port", Long.toString(PORT), "--count", "5");
        var in = engine.in()) {
      write(in, 5);
      CommandResult result = listener.result();

      assertThat(result.code()).as(result.err()).isZero();
      assertThat(result.outLines()).hasSize(5).allMatch(line -> line.startsWith("type="));
    }
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    assertThat(Tool.run("listen", "--port", "x").complaint())
        .isEqualTo(
            "audit listen: --port: 'x' is not valid; it takes a number between 1 and 4294967295");
    CommandResult result = Tool.run("listen", "--output", directory.toString());
    assertThat(result.complaint())
        .isEqualTo(
            "audit listen: --output: '"
                + directory
                + "' cannot be written: it is a directory; name a file in it");
    assertThat(result.code()).isEqualTo(ExitCode.INPUT_OUTPUT);
  }
}
