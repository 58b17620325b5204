// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.cli.ToolProcess;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.cli.live.StatusClient;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.fixtures.StandStill;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a process of its own shows: signals, pipes, exit codes, another process's status. */
public class ProcessTest {
  private static final long PATIENCE_NS = 180_000_000_000L;

  @TempDir Path directory;
  private Path runtime;
  private Path summary;

  @BeforeEach
  void namePlaces() {
    runtime = directory.resolve("run");
    summary = directory.resolve("summary.json");
  }

  private ToolProcess start(String source, String transport, String... more) throws IOException {
    String[] all = RunArguments.of(runtime, source, transport, more);
    return ToolProcess.start(
        directory,
        Stream.concat(Stream.of(all), Stream.of("--summary", summary.toString()))
            .toArray(String[]::new));
  }

  private Map<String, @Nullable Object> summary() throws IOException {
    return Json.readObject(Files.readString(summary));
  }

  @SuppressWarnings("unchecked") // the document's own form
  private static long number(Map<String, @Nullable Object> document, String part, String name) {
    return (Long) ((Map<String, Object>) document.get(part)).get(name);
  }

  /** Waits until a running instance has delivered something, and returns what it says then. */
  private Map<String, @Nullable Object> awaitDelivery(ToolProcess tool) throws Exception {
    var client = new StatusClient(new ControlDirectory(runtime));
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (System.nanoTime() < endNs && tool.isAlive()) {
      var answer = client.ask(tool.pid());
      if (answer.isPresent()) {
        var document = Json.readObject(answer.get().json());
        if (number(document, "ledger", "delivered") > 0) {
          return document;
        }
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError("nothing was delivered");
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130"})
  void drainsAndSumsUpWhenASignalComes(String signal, int code) throws Exception {
    assumeFalse(
        ignores(signal),
        "skipped: the signal is ignored here, as in a shell's background jobs or under nohup, and"
            + " so by every child");
    try (var tool = start("generate:0", "null", "--set", "rate=2000")) {
      awaitDelivery(tool);
      tool.signal(signal);
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(code);
      assertThat(result.out()).contains("signal").contains("  delivered ");
      assertThat(result.err()).isEmpty();
      assertThat(summary().get("end").toString()).contains("reason=signal");
      assertThat(number(summary(), "ledger", "delivered"))
          .isPositive()
          .isEqualTo(number(summary(), "ledger", "logged"));
      assertThat(new ControlDirectory(runtime).pids()).isEmpty();
    }
  }

  /** Whether this process was started with the signal ignored, which its children inherit. */
  public static boolean ignores(String signal) throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    int number =
        switch (signal) {
          case "HUP" -> 1;
          case "INT" -> 2;
          case "TERM" -> 15;
          default -> throw new IllegalArgumentException(signal);
        };
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring("SigIgn:".length()).strip())
            .findFirst()
            .orElse("0");
    return (Long.parseUnsignedLong(ignored, 16) & (1L << (number - 1))) != 0;
  }

  @Test
  void keepsToTheDeadlineWhenASignalComes() throws Exception {
    try (var tool = start("stdin", "stub:eagain", "--close-deadline", "200ms")) {
      tool.in().write("never taken\n".getBytes(StandardCharsets.UTF_8));
      tool.in().flush();
      awaitLogged(tool);
      tool.signal("TERM");

      assertThat(tool.result().code()).isEqualTo(143);
      assertThat(number(summary(), "ledger", "logged")).isEqualTo(1);
      assertThat(number(summary(), "ledger", "delivered")).isZero();
    }
  }

  private void awaitLogged(ToolProcess tool) throws Exception {
    var client = new StatusClient(new ControlDirectory(runtime));
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (System.nanoTime() < endNs && tool.isAlive()) {
      var answer = client.ask(tool.pid());
      if (answer.isPresent()
          && number(Json.readObject(answer.get().json()), "ledger", "logged") > 0) {
        return;
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError("nothing was logged");
  }

  @Test
  void readsAPipeToItsEnd() throws Exception {
    try (var tool = start("stdin", "null")) {
      try (var in = tool.in()) {
        for (int i = 0; i < 1000; i++) {
          in.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
        }
      }
      CommandResult result = tool.result();

      assertThat(result.code()).isZero();
      assertThat(result.outLines()).contains("  delivered  1,000");
    }
  }

  @Test
  void tellsAnotherProcessItsStatus() throws Exception {
    try (var tool = start("generate:0", "null", "--set", "rate=1000")) {
      awaitDelivery(tool);
      CommandResult human = Tool.run("status", "--runtime-dir", runtime.toString());
      CommandResult json = Tool.run("status", "--json", "--runtime-dir", runtime.toString());

      assertThat(human.code()).isZero();
      assertThat(human.outLines().get(0)).isEqualTo("generate:0 -> mainline -> null");
      assertThat(human.out())
          .contains("  pid        " + tool.pid() + ", up ")
          .contains("connected");
      assertThat(json.outLines()).hasSize(1);
      assertThat(Json.readObject(json.out()))
          .containsEntry("pid", tool.pid())
          .containsEntry("end", null);
    }
  }

  @Test
  void listsSeveralInstances() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (var one = start("generate:0", "null", "--set", "rate=1000");
        var two =
            ToolProcess.start(
                other, RunArguments.of(runtime, "generate:0", "null", "--set", "rate=1000"))) {
      awaitDelivery(one);
      awaitDelivery(two);
      String[] all = {"status", "--runtime-dir", runtime.toString()};
      String[] picked = {
        "status", "--runtime-dir", runtime.toString(), "--pid", Long.toString(two.pid())
      };

      assertThat(Tool.run(all).out())
          .contains("pid " + one.pid() + ", up ", "pid " + two.pid() + ", up ")
          .contains("'audit status --pid PID'");
      assertThat(Tool.run(picked).out()).contains("  pid        " + two.pid());
    }
  }

  /** One that is stopped answers nobody, and takes nothing from the others. */
  @Test
  void showsTheOthersWhereOneIsStopped() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (var stopped = start("generate:0", "null", "--set", "rate=1000");
        var running =
            ToolProcess.start(
                other, RunArguments.of(runtime, "generate:0", "null", "--set", "rate=1000"))) {
      awaitDelivery(stopped);
      awaitDelivery(running);
      StandStill.begin(stopped.pid());
      CommandResult human = Tool.run("status", "--runtime-dir", runtime.toString());
      CommandResult json = Tool.run("status", "--json", "--runtime-dir", runtime.toString());
      StandStill.end(stopped.pid());

      assertThat(human.code()).isEqualTo(3);
      assertThat(human.out())
          .contains("pid " + running.pid() + ", up ")
          .contains("process " + stopped.pid() + " does not answer\n");
      assertThat(json.code()).isEqualTo(3);
      assertThat(json.outLines()).hasSize(2);
      assertThat(Json.readObject(json.outLines().get(0))).containsEntry("pid", running.pid());
      assertThat(Json.readObject(json.outLines().get(1)))
          .containsEntry("pid", stopped.pid())
          .containsEntry("error", "process " + stopped.pid() + " does not answer");
    }
  }

  /** What is wrong is one line, and the kernel's lines are the kernel's. */
  @Test
  void printsTheKernelsLines() throws Exception {
    try (var tool = start("generate:10", "null", "--rate-limit", "1")) {
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err().lines())
          .contains(
              "audit: audit_lost=1 audit_rate_limit=1 audit_backlog_limit=8192",
              "audit: rate limit exceeded");
    }
  }

  /** Two transports print alike, so each line says which one it is of. */
  @Test
  void namesTheTransportIfThereAreTwo() throws Exception {
    try (var tool = start("generate:10", "null", "--transport", "copy=null", "--rate-limit", "1")) {
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err().lines())
          .contains(
              "audit: null: audit_lost=1 audit_rate_limit=1 audit_backlog_limit=8192",
              "audit: null: rate limit exceeded",
              "audit: copy: audit_lost=1 audit_rate_limit=1 audit_backlog_limit=8192",
              "audit: copy: rate limit exceeded")
          .noneMatch(line -> line.startsWith("audit: audit_lost="));
    }
  }

  @Test
  void showsNoStackTraceWhereAPluginThrows() throws Exception {
    try (var tool = start("generate:3", "stub:fault", "--close-deadline", "50ms")) {
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err()).contains("a fault of the stub").doesNotContain("\tat ");
    }
  }

  @Test
  void exitsWithTheCodeOfAPanic() throws Exception {
    try (var tool = start("generate:0", "null", "--rate-limit", "1", "--failure-mode", "panic")) {
      CommandResult result = tool.result();

      assertThat(result.code()).isEqualTo(4);
      assertThat(result.err()).contains("audit run: panic: audit: rate limit exceeded\n");
    }
  }
}
