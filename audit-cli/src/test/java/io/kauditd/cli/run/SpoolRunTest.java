// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.cli.ToolProcess;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.cli.live.StatusClient;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose hold queue is on disk, killed with SIGKILL while its daemon is away. */
class SpoolRunTest {
  private static final int KILLED = 128 + 9;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path directory;
  private Path runtime;
  private Path logs;
  private Path log;

  @BeforeEach
  void namePlaces() {
    runtime = directory.resolve("run");
    logs = directory.resolve("logs"); // while it is not there, the daemon is away
    log = logs.resolve("audit.log");
  }

  private ToolProcess start(String... more) throws IOException {
    String[] run = RunArguments.of(runtime, "stdin", "file:" + log, more);
    String[] queue = {"--queue", "spool:" + directory.resolve("spool")};
    return ToolProcess.start(
        directory, Stream.concat(Stream.of(run), Stream.of(queue)).toArray(String[]::new));
  }

  private static void write(ToolProcess tool, int from, int to) throws IOException {
    OutputStream in = tool.in();
    for (int n = from; n <= to; n++) {
      in.write(("n=" + n + "\n").getBytes(StandardCharsets.UTF_8));
    }
    in.flush();
  }

  private void awaitLedger(ToolProcess tool, Map<String, Long> wanted) {
    var client = new StatusClient(new ControlDirectory(runtime));
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> {
          var answer = client.ask(tool.pid());
          assertThat(answer).isPresent();
          assertThat(ledger(Json.readObject(answer.orElseThrow().json())))
              .containsAllEntriesOf(wanted);
        });
  }

  @SuppressWarnings("unchecked") // the document's own form
  private static Map<String, Object> ledger(Map<String, @Nullable Object> document) {
    return (Map<String, Object>) document.get("ledger");
  }

  private static void kill(ToolProcess tool) throws IOException, InterruptedException {
    tool.signal("KILL");
    assertThat(tool.result().code()).isEqualTo(KILLED);
  }

  private List<String> delivered() throws IOException {
    return Files.readAllLines(log).stream()
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(n -> "n=" + n).toList();
  }

  /** All that is left is there at the next start: nobody has to wait for the daemon until then. */
  @Test
  void aRunWhoseDaemonIsAwayEndsBeforeItsDeadline() throws Exception {
    try (ToolProcess tool = start("--close-deadline", "1h")) {
      write(tool, 1, 10);
      awaitLedger(tool, Map.of("inHold", 10L));
      tool.signal("TERM");

      assertThat(tool.result().code()).isEqualTo(128 + 15);
    }
  }

  @Test
  void whatWasHeldWhenItWasKilledIsDeliveredInOrderAndOnce() throws Exception {
    try (ToolProcess first = start()) {
      write(first, 1, 500);
      awaitLedger(first, Map.of("inHold", 500L));
      kill(first);
    }
    try (ToolProcess second = start()) {
      write(second, 501, 700);
      awaitLedger(second, Map.of("recovered", 500L, "inHold", 700L));
      kill(second);
    }
    assertThat(log).doesNotExist();

    Files.createDirectory(logs);
    try (ToolProcess third = start()) {
      awaitLedger(third, Map.of("recovered", 700L, "delivered", 700L, "inHold", 0L));
      assertThat(delivered()).isEqualTo(numbers(1, 700));
      kill(third);
    }

    try (ToolProcess last = start()) {
      write(last, 701, 702);
      last.in().close();
      CommandResult result = last.result();
      assertThat(result.code()).isZero();
      assertThat(result.outLines()).contains("  delivered  2");
    }
    assertThat(delivered()).isEqualTo(numbers(1, 702));
  }

  @Test
  void aSpoolThatIsInUseIsRefusedInOneSentence() throws Exception {
    try (ToolProcess first = start()) {
      awaitLedger(first, Map.of("inHold", 0L));

      CommandResult second =
          Tool.run(
              "run",
              "--source",
              "generate:1",
              "--transport",
              "null",
              "--queue",
              "spool:" + directory.resolve("spool"));

      assertThat(second.code()).isEqualTo(3);
      assertThat(second.complaint())
          .startsWith("audit run: --queue: ")
          .contains("the spool " + directory.resolve("spool").toRealPath())
          .endsWith(
              " is in use by process " + first.pid() + "; end it, or choose another directory")
          .doesNotContain("\n");
    }
  }
}
