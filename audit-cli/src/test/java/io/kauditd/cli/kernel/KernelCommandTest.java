// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.cli.LiveKernel;
import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.cli.ToolProcess;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Json;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.transport.netlink.KernelStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code audit kernel}, {@code audit tail} and {@code audit run --source kernel}. */
@Timeout(180)
class KernelCommandTest {
  private static final Path AUDITCTL = Path.of("/usr/sbin/auditctl");
  private static final Path AUSEARCH = Path.of("/usr/sbin/ausearch");

  @TempDir Path directory;

  private static List<String> outputOf(Path program, String... arguments) throws Exception {
    assumeTrue(Files.isExecutable(program), "skipped: there is no " + program);
    var command = new java.util.ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.lines().toList();
  }

  @Test
  void showsTheStatusAsAuditctlDoes() throws Exception {
    try (var kernel = LiveKernel.take()) {
      CommandResult result = Tool.run("kernel", "status");

      assertThat(result.code()).isZero();
      assertThat(result.outLines()).contains("pid 0", "failure 0");
      assertThat(result.outLines()).isEqualTo(outputOf(AUDITCTL, "-s"));
      assertThat(kernel.audit.status().failure()).isZero();
    }
  }

  @Test
  void showsTheStatusAsJson() throws Exception {
    try (var kernel = LiveKernel.take()) {
      Map<String, ?> document = Json.readObject(Tool.run("kernel", "status", "--json").out());

      KernelStatus status = kernel.audit.status();
      assertThat(document.get("backlog_limit")).isEqualTo(status.backlogLimit());
      assertThat(document.get("backlog_wait_time")).isEqualTo(status.backlogWaitTime());
      assertThat(document.keySet().stream().map(String::valueOf).toList())
          .contains("enabled", "lost", "loginuid_immutable", "loginuid_immutable_locked");
    }
  }

  @Test
  void setsWhatItIsTold() throws Exception {
    try (var kernel = LiveKernel.take()) {
      CommandResult result =
          Tool.run(
              "kernel",
              "set",
              "--backlog-limit=320",
              "--rate-limit=7000",
              "--backlog-wait-time=100",
              "--failure=0",
              "--enabled=1");

      assertThat(result.err()).isEmpty();
      assertThat(result.outLines())
          .contains("enabled 1", "backlog_limit 320", "rate_limit 7000", "backlog_wait_time 100");
      assertThat(kernel.audit.status().backlogLimit()).isEqualTo(320);
      assertThat(Tool.run("kernel", "set", "--enabled=0").code()).isZero();
      assertThat(kernel.audit.status().enabled()).isZero();
    }
  }

  @Test
  void resetsTheCounters() throws Exception {
    try (var kernel = LiveKernel.take()) {
      assumeTrue(kernel.before.lost() == 0, "skipped: the count of lost records is not ours");
      CommandResult result =
          Tool.run("kernel", "set", "--reset-lost", "--reset-backlog-wait-time-actual");

      assertThat(result.outLines().get(0)).startsWith("lost was ");
      assertThat(result.outLines().get(1)).startsWith("backlog_wait_time_actual was ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --enabled=2        | audit kernel set: --enabled: '2' is not valid; it takes 0 or 1 (2, which locks
          --failure=2        | audit kernel set: --failure: '2' is not valid; it takes 0 or 1 (2, which stops
          --backlog-limit=-1 | audit kernel set: --backlog-limit: '-1' is not valid; it takes a number between 0
          --rate-limit=many  | audit kernel set: --rate-limit: 'many' is not valid; it takes a number between 0
          """)
  void changesNothingIfAValueIsNotValid(String option, String complaint) {
    CommandResult result = Tool.run("kernel", "set", "--backlog-limit=64", option);

    // UserValue twice is picocli's to refuse.
    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    if (!option.startsWith("--backlog-limit")) {
      assertThat(result.complaint()).startsWith(complaint);
    }
  }

  @Test
  void wantsToKnowWhatToDo() {
    assertThat(Tool.run("kernel").complaint())
        .startsWith("audit kernel: say what to do: 'audit kernel status' or 'audit kernel set'");
    assertThat(Tool.run("kernel", "set").complaint())
        .isEqualTo(
            "audit kernel set: nothing to set; see 'audit kernel set --help' for what can be");
    assertThat(Tool.run("tail", "--type", "USER_LOGN").complaint())
        .startsWith("audit tail: --type: 'USER_LOGN' is not valid; it takes the name of a record");
  }

  /** The tool as the audit daemon of this machine. */
  @Test
  void isAnAuditDaemon() throws Exception {
    int count = 200;
    Path log = directory.resolve("audit.log");
    try (var kernel = LiveKernel.take();
        var daemon =
            ToolProcess.start(
                directory,
                RunArguments.of(directory.resolve("run"), "kernel:daemon", "file:" + log))) {
      Await.until(
          "registered",
          () ->
              kernel.audit.status().pid() == daemon.pid() && kernel.audit.status().enabled() == 1);
      CommandResult second = Tool.run("run", "--source", "kernel:daemon", "--transport", "null");
      sendUserMessages(count);
      Await.until("all of it is in the file", () -> ours(log).size() == count);
      daemon.signal("TERM");
      CommandResult result = daemon.result();

      assertThat(result.code()).as(result.err()).isEqualTo(143);
      assertThat(second.code()).isEqualTo(ExitCode.INPUT_OUTPUT);
      assertThat(second.complaint()).contains("process " + daemon.pid());
      assertThat(kernel.audit.status().pid()).isZero();
      assertThat(kernel.audit.status().enabled()).isEqualTo(kernel.before.enabled());
      // The kernel's own record of being turned on.
      assertThat(Files.readAllLines(log))
          .anyMatch(line -> line.startsWith("type=CONFIG_CHANGE msg=audit("));
      assertThat(outputOf(AUSEARCH, "-if", log.toString(), "--raw", "-m", "TRUSTED_APP"))
          .isEqualTo(ours(log));
    }
  }

  private static List<String> ours(Path log) throws Exception {
    return Files.exists(log)
        ? Files.readAllLines(log).stream().filter(line -> line.contains("kauditd-cli n=")).toList()
        : List.of();
  }

  private void sendUserMessages(int count) throws Exception {
    var lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines
          .append("type=TRUSTED_APP msg=audit(1642555588.123:")
          .append(i + 1)
          .append("): kauditd-cli n=")
          .append(i)
          .append('\n');
    }
    Path input = directory.resolve("messages.log");
    Files.writeString(input, lines);
    CommandResult sent =
        Tool.run(RunArguments.of(directory.resolve("run"), "file:" + input, "netlink:kernel"));
    assertThat(sent.outLines()).contains("  delivered  " + count);
  }

  @Test
  void followsTheKernelsRecords() throws Exception {
    Path place = Files.createDirectory(directory.resolve("tail"));
    try (var kernel = LiveKernel.take();
        var tail = ToolProcess.start(place, "tail", "--type", "TRUSTED_APP")) {
      kernel.audit.setEnabled(true);
      // Whether it listens yet can be seen only by what it shows.
      Await.until(
          "it listens",
          () -> {
            sendUserMessages(1);
            return tail.said().contains("kauditd-cli n=0");
          });
      sendUserMessages(50);
      Await.until("it shows all", () -> tail.said().contains("kauditd-cli n=49'"));
      tail.signal("TERM");
      CommandResult result = tail.result();

      assertThat(result.code()).as(result.err()).isEqualTo(143);
      assertThat(result.err()).contains(" records received, 0 problems");
      assertThat(result.outLines())
          .allSatisfy(line ->
              assertThat(line).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} :\\d+ TRUSTED_APP pid=.*"));
    }
  }
}
