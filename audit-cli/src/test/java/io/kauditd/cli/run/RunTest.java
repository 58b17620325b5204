// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.cli.RunArguments;
import io.kauditd.cli.StubTransport;
import io.kauditd.cli.Tool;
import io.kauditd.cli.command.Json;
import io.kauditd.cli.command.Problems;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in this process: what comes in, what goes out, and what is said about it. */
class RunTest {
  private static final String GOOD = "type=USER_LOGIN msg=audit(1642555588.123:7): res=success";

  @TempDir Path directory;
  private Path summary;

  @BeforeEach
  void clean() {
    StubTransport.TAKEN.clear();
    summary = directory.resolve("summary.json");
  }

  private CommandResult run(String source, String transport, String... more) {
    return Tool.run(
        Stream.concat(
                Stream.of(
                    RunArguments.of(
                        directory.resolve("run"),
                        source,
                        transport,
                        "--summary",
                        summary.toString())),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private String fileOf(byte[]... lines) throws IOException {
    Path file = directory.resolve("in.log");
    try (var out = Files.newOutputStream(file)) {
      for (byte[] line : lines) {
        out.write(line);
      }
    }
    return "file:" + file;
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, @Nullable Object> summary() throws IOException {
    return Json.readObject(Files.readString(summary));
  }

  @SuppressWarnings("unchecked") // the summary's own form
  private Map<String, Object> summaryPart(String name) throws IOException {
    return (Map<String, Object>) summary().get(name);
  }

  @Test
  void saysWhereEveryRecordWent() throws IOException {
    CommandResult result = run("generate:100", "null");

    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.outLines())
        .contains("generate:100 -> mainline -> null", "  logged     100", "  delivered  100")
        .contains("  dropped    0");
    assertThat(summary())
        .containsEntry("source", "generate:100")
        .containsEntry("policy", "mainline")
        .containsEntry("holdQueue", "memory")
        .containsEntry("lost", 0L)
        .containsEntry("lastError", null);
    assertThat(summaryPart("ledger"))
        .containsEntry("logged", 100L)
        .containsEntry("delivered", 100L)
        .containsEntry("balances", true);
    assertThat(summaryPart("counters")).containsEntry("sendAttempts", 100L);
    assertThat(summaryPart("highWater")).containsKeys("main", "retry", "hold");
    assertThat(summaryPart("end"))
        .containsEntry("reason", "source ended")
        .containsEntry("exitCode", 0L);
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("no part of a summary is left behind")
          .containsExactlyInAnyOrder("summary.json", "run");
    }
  }

  /** The first of two sources would never be read. */
  @Test
  void refusesAnOptionThatIsGivenTwice() {
    CommandResult sources = run("generate:1", "null", "--source", "generate:2");
    CommandResult checked = run("generate:1", "null", "--policy=rfc", "--policy=rfc", "--check");

    assertThat(sources.complaint())
        .isEqualTo(
            "audit run: --source is given twice, as 'generate:1' and 'generate:2'; give it once");
    assertThat(sources.code()).isEqualTo(2);
    assertThat(checked.complaint())
        .isEqualTo("audit run: --policy is given twice, as 'rfc' and 'rfc'; give it once");
  }

  @Test
  void saysNothingWhenQuiet() {
    CommandResult result = run("generate:100", "null", "--quiet");

    assertThat(result).isEqualTo(new CommandResult(0, "", ""));
  }

  @Test
  void keepsEveryLineInOrder() throws IOException {
    var lines = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      lines.append("type=SYSCALL msg=audit(1642555588.%03d:%d): n=%d%n".formatted(i % 1000, i, i));
    }
    String source = fileOf(lines.toString().getBytes(StandardCharsets.UTF_8));

    assertThat(run(source, "stub", "--policy", "ordered", "--backlog-limit", "16").code()).isZero();
    assertThat(String.join("\n", StubTransport.TAKEN) + "\n").isEqualTo(lines.toString());
  }

  @Test
  void leavesASourceThatCannotBeRead() {
    CommandResult result = run("file:/nowhere/in.log", "stub");

    assertThat(result.complaint())
        .startsWith("audit run: source 'file:/nowhere/in.log': ")
        .contains("/nowhere/in.log");
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(3);
  }

  @Test
  void leavesAFileThatMayNotBeRead() throws IOException {
    String source = fileOf(line(GOOD));
    Path file = directory.resolve("in.log");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(file), "root reads everything");

    CommandResult result = run(source, "stub");
    assertThat(result.complaint()).contains("in.log").contains("permission");
    assertThat(result.code()).isEqualTo(3);
  }

  @Test
  void passesOverALineLongerThanARecord() throws IOException {
    byte[] tooLong = line("x".repeat(AuditRecord.MAX_LENGTH_BYTES + 1));

    CommandResult result = run(fileOf(line(GOOD), tooLong, line(GOOD)), "stub");
    assertThat(StubTransport.TAKEN).containsExactly(GOOD, GOOD);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("  problems   1 in what the source read");
    assertThat(summaryPart("problems").get("first").toString()).contains("line 2").contains("8970");
  }

  @Test
  void keepsBytesThatAreNotUtf8() throws IOException {
    byte[] odd = line(GOOD + " name=X");
    odd[odd.length - 2] = (byte) 0xFF;

    assertThat(run(fileOf(line(GOOD), odd, line(GOOD)), "stub").code()).isZero();
    assertThat(StubTransport.TAKEN).hasSize(3).first().isEqualTo(GOOD);
    assertThat(StubTransport.TAKEN).last().isEqualTo(GOOD);
  }

  @Test
  void makesARecordOfAMalformedLine() throws IOException {
    String bad = "type=USER_LOGIN msg=audit(1642555588.x:7): res=success";

    CommandResult result = run(fileOf(line(GOOD), line(bad), line(GOOD)), "stub");
    assertThat(result.code()).isEqualTo(1);
    assertThat(StubTransport.TAKEN).hasSize(3);
    assertThat(StubTransport.TAKEN.get(1))
        .startsWith("type=USER_LOGIN msg=audit(")
        .endsWith("): msg=audit(1642555588.x:7): res=success");
    assertThat(summaryPart("problems").get("first").toString()).contains("line 2").contains("msg=");
  }

  @Test
  void countsWhatItRemovedBeforeRecords() throws IOException {
    String header = "Apr 20 08:43:50 server1 audisp-syslog[985]: ";

    assertThat(run(fileOf(line(header + GOOD), line(header + GOOD), line(GOOD)), "stub").code())
        .isZero();
    assertThat(StubTransport.TAKEN).containsExactly(GOOD, GOOD, GOOD);
    assertThat(summaryPart("notes")).isEqualTo(Map.of("syslog headers removed", 2L));
  }

  @Test
  void keepsATypeThatHasNoName() throws IOException {
    String unknown = "type=UNKNOWN[1999] msg=audit(1642555588.123:8): a=b";
    String newName = "type=BRAND_NEW msg=audit(1642555588.123:9): a=b";

    assertThat(run(fileOf(line(unknown), line(newName)), "stub").code()).isZero();
    assertThat(StubTransport.TAKEN).containsExactly(unknown, newName);
  }

  @Test
  void takesALastLineThatDoesNotEnd() throws IOException {
    String source = fileOf(line(GOOD), GOOD.getBytes(StandardCharsets.UTF_8));

    CommandResult result = run(source, "stub");
    assertThat(StubTransport.TAKEN).containsExactly(GOOD, GOOD);
    assertThat(result.code()).isEqualTo(1);
    assertThat(summaryPart("problems").get("first").toString()).contains("line 2");
  }

  @Test
  void countsManyProblemsAndKeepsTheFirst() throws IOException {
    assertThat(run("stub:problems", "null").code()).isEqualTo(1);
    assertThat(summaryPart("problems")).containsEntry("count", 1000L);
    assertThat((List<?>) summaryPart("problems").get("first")).hasSize(Problems.KEPT);
  }

  @Test
  void tellsARecordThatStillWaits() throws IOException {
    CommandResult result = run("generate:5", "stub:eagain", "--close-deadline", "50ms");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).contains("  waiting    5 (").contains("the stub takes nothing");
    assertThat(summaryPart("ledger"))
        .containsEntry("delivered", 0L)
        .containsEntry("balances", true);
  }

  @Test
  void tellsARecordThatWasDropped() throws IOException {
    CommandResult result =
        run("generate:5", "stub:refuse", "--close-deadline", "50ms", "--audit-default", "off");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).containsPattern("dropped +[1-5] \\(not held [1-5]\\)");
    assertThat(summary()).containsEntry("lost", 0L);
  }

  @Test
  void endsAtAPanic() throws IOException {
    CommandResult result =
        run("generate:0", "null", "--rate-limit", "1", "--failure-mode", "panic");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.complaint()).isEqualTo("audit run: panic: audit: rate limit exceeded");
    assertThat(summaryPart("end"))
        .containsEntry("reason", "panic")
        .containsEntry("message", "audit: rate limit exceeded")
        .containsEntry("exitCode", 4L);
  }

  @Test
  void tellsASourceThatFails() {
    CommandResult result = run("stub:error", "null");

    assertThat(result.complaint())
        .isEqualTo("audit run: source 'stub:error': the stub cannot be read");
    assertThat(result.code()).isEqualTo(3);
  }

  @Test
  void tellsASourceThatThrows() {
    CommandResult result = run("stub:fault", "null");

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: source 'stub:fault' failed, which is a fault of the plug-in:"
                + " java.lang.IllegalStateException: a fault of the stub");
    assertThat(result.code()).isEqualTo(70);
    assertThat(run("stub:fault", "null", "--debug").err())
        .contains("\tat io.kauditd.cli.StubSource");
  }

  @Test
  void survivesATransportThatThrows() throws IOException {
    CommandResult result = run("generate:5", "stub:fault", "--close-deadline", "50ms");

    assertThat(result.code()).isEqualTo(1);
    assertThat(summaryPart("ledger")).containsEntry("balances", true);
    assertThat(result.err()).isEmpty();
  }

  @Test
  void showsProgressOnATerminal() {
    CommandResult result =
        Tool.run(
            true,
            RunArguments.of(
                directory.resolve("run"), "generate:3000", "null", "--set", "rate=2000"));

    assertThat(result.code()).isZero();
    assertThat(result.err())
        .containsPattern("\r\033\\[K[0-9,]+ delivered \\([0-9,]+/s\\), [0-9,]+ waiting, 0 lost")
        .endsWith("\r\033[K");
  }

  @Test
  void runsWithoutAControlSocketWhereThereCanBeNone() throws IOException {
    Files.writeString(directory.resolve("run"), "not a directory");

    assertThat(run("generate:5", "null").code()).isZero();
  }
}
