// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.RunArguments;
import io.kauditd.cli.StubTransport;
import io.kauditd.cli.Tool;
import io.kauditd.cli.command.Json;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several transports in one run: each has its own queues, policy, settings and ledger. */
class SeveralTransportsTest {
  private static final long RECORDS = 100;

  @TempDir Path directory;
  private Path summary;

  @BeforeEach
  void clean() {
    StubTransport.TAKEN.clear();
    summary = directory.resolve("summary.json");
  }

  private CommandResult run(String... arguments) {
    var all =
        new ArrayList<>(
            List.of(
                "run",
                "--source",
                "generate:" + RECORDS,
                "--runtime-dir",
                directory.resolve("run").toString(),
                "--summary",
                summary.toString()));
    all.addAll(List.of(arguments));
    return Tool.run(all.toArray(String[]::new));
  }

  private String file(String name) {
    return "file:" + directory.resolve(name);
  }

  private List<String> lines(String name) throws IOException {
    return Files.readAllLines(directory.resolve(name), StandardCharsets.UTF_8);
  }

  /** What the summary says of the transport with a name. */
  @SuppressWarnings("unchecked") // the summary's own form
  private Map<String, @Nullable Object> transport(String name) throws IOException {
    var all = (List<Map<String, @Nullable Object>>) summary().get("transports");
    return Objects.requireNonNull(all).stream()
        .filter(each -> name.equals(each.get("name")))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + all));
  }

  private Map<String, @Nullable Object> summary() throws IOException {
    return Json.readObject(Files.readString(summary));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> child(Map<String, @Nullable Object> map, String name) {
    return (Map<String, Object>) Objects.requireNonNull(map.get(name));
  }

  @Test
  void eachTransportGetsAllRecords() throws IOException {
    CommandResult result =
        run("--transport", file("a.log"), "--transport", file("b.log"), "--transport", "stub");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(lines("a.log")).hasSize((int) RECORDS).isEqualTo(lines("b.log"));
    assertThat(StubTransport.TAKEN).hasSize((int) RECORDS);
    assertThat(result.out())
        .contains("file: mainline -> file:", "file-2: mainline -> file:", "stub: mainline -> stub");
    for (String name : List.of("file", "file-2", "stub")) {
      assertThat(child(transport(name), "ledger"))
          .containsEntry("logged", RECORDS)
          .containsEntry("delivered", RECORDS)
          .containsEntry("balances", true);
    }
    assertThat(child(summary(), "ledger")).containsEntry("delivered", 3 * RECORDS);
  }

  /** The stub takes nothing, and would hold up the run for a minute for each record. */
  @Test
  void oneThatTakesNothingHoldsUpNobody() throws IOException {
    CommandResult result =
        run(
            "--transport",
            "stub:eagain",
            "--transport",
            file("a.log"),
            "--set",
            "stub.backlog-limit=10",
            "--set",
            "stub.policy=ordered",
            "--set",
            "stub.failure-mode=silent",
            "--close-deadline",
            "10ms");

    assertThat(result.code()).isEqualTo(1);
    assertThat(lines("a.log")).hasSize((int) RECORDS);
    assertThat(transport("stub")).containsEntry("policy", "ordered");
    assertThat(transport("file")).containsEntry("policy", "mainline").containsEntry("lost", 0L);
    assertThat(child(transport("stub"), "settings"))
        .containsEntry("backlogLimit", 10L)
        .containsEntry("backlogWaitTimeMs", 0L);
    assertThat(child(transport("file"), "settings")).containsEntry("backlogLimit", 8192L);
    assertThat(child(transport("stub"), "ledger"))
        .containsEntry("logged", RECORDS)
        .containsEntry("delivered", 0L)
        .containsEntry("balances", true);
  }

  @Test
  void anUnknownSettingIsToldWithThoseThatThereAre() {
    CommandResult result =
        run(
            "--transport",
            "near=" + file("near.log"),
            "--transport",
            "far=" + file("far.log"),
            "--set",
            "near.colour=blue",
            "--set",
            "near.queue=spool:" + directory.resolve("spool"),
            "--set",
            "near.queue.max-size=8MiB",
            "--set",
            "far.backlog-wait-time=5s");

    assertThat(result.complaint())
        .startsWith("audit run: --set near.colour: 'near.colour' is not known; the settings are")
        .contains(" near.path, ")
        .doesNotContain("far.", "source.", "near.queue.");
  }

  @Test
  void aSettingOfTheEngineThatIsMisspeltIsGuessed() {
    CommandResult result =
        run("--transport", "near=" + file("near.log"), "--set", "near.backlog-limi=5");

    assertThat(result.complaint())
        .contains("'near.backlog-limi' is not known")
        .endsWith("; did you mean near.backlog-limit?");
  }

  /** Only one of them could lock it, and the other would deliver nothing. */
  @Test
  void twoTransportsOnOneFileAreRefused() {
    for (String option : List.of("--transport", "--rejected")) {
      CommandResult result = run("--transport", file("a.log"), option, file("a.log"));

      assertThat(result.code()).isEqualTo(2);
      assertThat(result.complaint()).contains("have a file in common").contains("a.log");
    }
    CommandResult check = run("--transport", file("a.log"), "--rejected", file("a.log"), "--check");
    assertThat(check.code()).isEqualTo(2);
    assertThat(check.complaint()).contains("have a file in common");
    assertThat(directory.resolve("a.log")).doesNotExist();
  }

  @Test
  void anUnknownSettingOfAQueueIsAnsweredWithThoseOfThatQueue() {
    CommandResult result =
        run(
            "--transport",
            "near=" + file("near.log"),
            "--transport",
            "far=stub",
            "--set",
            "near.queue=spool:" + directory.resolve("spool"),
            "--set",
            "near.queue.colour=blue");

    assertThat(result.complaint())
        .startsWith("audit run: --set near.queue.colour: 'near.queue.colour' is not known; the")
        .contains(" near.queue.path, ")
        .doesNotContain("far.", " near.path", "source.");
  }

  @Test
  void aQueueOfOneTransportHasItsOwnSettings() throws IOException {
    CommandResult result =
        run(
            "--transport",
            "near=" + file("near.log"),
            "--transport",
            "far=stub",
            "--set",
            "near.queue=spool:" + directory.resolve("spool"),
            "--set",
            "near.queue.max-size=8MiB",
            "--set",
            "near.flush=data",
            "--set",
            "far.backlog-wait-time=5s");

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(transport("near")).containsEntry("holdQueue", "spool:" + directory.resolve("spool"));
    assertThat(transport("far")).containsEntry("holdQueue", "memory");
    assertThat(child(transport("far"), "settings")).containsEntry("backlogWaitTimeMs", 5000L);
    assertThat(child(transport("near"), "settings")).containsEntry("backlogWaitTimeMs", 0L);
  }

  @Test
  void aSectionOfTheConfigurationFileBelongsToOneTransport() throws IOException {
    Path config = directory.resolve("audit.conf");
    Files.writeString(
        config,
        """
        transport = ["%s", "other=stub"]
        backlog-wait-time = 3s
        other { backlog-limit = 700, backlog-wait-time = 0, size = 3 }
        """
            .formatted(file("a.log")));
    CommandResult result = run("--config", config.toString());

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(child(transport("other"), "settings"))
        .containsEntry("backlogLimit", 700L)
        .containsEntry("backlogWaitTimeMs", 0L);
    assertThat(child(transport("file"), "settings"))
        .containsEntry("backlogLimit", 8192L)
        .containsEntry("backlogWaitTimeMs", 3000L);
  }

  @Test
  void aSectionOfNoTransportIsAnError() throws IOException {
    Path config = directory.resolve("audit.conf");
    Files.writeString(config, "transport = stub\nkafka { backlog-limit = 7 }\n");

    CommandResult result = run("--config", config.toString());

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.complaint())
        .contains("audit.conf line 2: kafka.backlog-limit is not a known key");
  }

  @Test
  void aQueueWithAPlaceBelongsToOneTransport() {
    CommandResult result =
        run("--transport", file("a.log"), "--transport", "stub", "--queue", "spool:/var/spool/a");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.complaint())
        .isEqualTo(
            "audit run: --queue: 'spool:/var/spool/a' can be the queue of one transport alone; give"
                + " each its own, for example --set stub.queue=spool:/var/spool/a-stub");
  }

  @Test
  void aNameIsGivenOnce() {
    assertThat(run("--transport", "a=stub", "--transport", "a=null").complaint())
        .isEqualTo(
            "audit run: --transport: 'a' is the name of another transport already; each needs its"
                + " own");
    assertThat(run("--transport", "queue=stub").complaint())
        .isEqualTo(
            "audit run: --transport: 'queue' is the name of something else; write NAME=stub");
  }

  @Test
  void aSettingThatTwoTransportsKnowNeedsAName() {
    assertThat(
            run("--transport", "a=stub", "--transport", "b=stub", "--set", "mode=TAKE").complaint())
        .isEqualTo(
            "audit run: --set mode: more than one part knows 'mode'; write a.mode or b.mode");
  }

  @Test
  void whatATransportRejectsGoesToAnother() throws IOException {
    Path in = directory.resolve("in.log");
    String good = "type=USER_LOGIN msg=audit(1642555588.123:7): res=success";
    String large = "type=USER_LOGIN msg=audit(1642555588.123:8): " + "x".repeat(8_000);
    Files.writeString(in, good + "\n" + large + "\n" + good + "\n");

    CommandResult result =
        Tool.run(
            RunArguments.of(
                directory.resolve("run"),
                "file:" + in,
                "stub",
                "--set",
                "longest=7000",
                "--rejected",
                file("rejected.log"),
                "--summary",
                summary.toString()));

    assertThat(result.code()).as(result.err()).isZero();
    assertThat(StubTransport.TAKEN).hasSize(2);
    assertThat(lines("rejected.log")).containsExactly(large);
    assertThat(child(child(transport("stub"), "ledger"), "dropped")).containsEntry("rejected", 1L);
    assertThat(child(transport("rejected"), "ledger"))
        .containsEntry("logged", 1L)
        .containsEntry("delivered", 1L);
  }
}
