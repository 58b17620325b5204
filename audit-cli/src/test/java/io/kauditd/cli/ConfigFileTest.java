// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A configuration file holds the same as the command line, and is as strict. */
class ConfigFileTest {
  @TempDir Path directory;
  private Path summary;

  @BeforeEach
  void nameSummary() {
    summary = directory.resolve("summary.json");
  }

  private Tool.Result run(String name, String text, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    return Tool.run(
        Stream.concat(
                Stream.of(
                    "run",
                    "--config",
                    file.toString(),
                    "--runtime-dir",
                    directory.resolve("run").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private Map<String, Object> settings() throws IOException {
    @SuppressWarnings("unchecked") // an object of the summary
    var settings = (Map<String, Object>) Json.readObject(Files.readString(summary)).get("settings");
    return settings;
  }

  @Test
  void holdsTheWholeRun() throws IOException {
    Tool.Result result =
        run(
            "audit.conf",
            """
            source = "generate:5"   # the argument's colon needs the quotes
            transport = null-sink
            transport = "null"
            policy = ordered
            queue = memory
            main-queue = memory
            retry-queue = memory
            backlog-limit = 77
            backlog-wait-time = 2s
            rate-limit = 0
            failure-mode = silent
            audit-default = off
            close-deadline = 1s
            summary = "%s"
            set { source.rate = 100000, size = 64 }
            """
                .formatted(summary));

    assertThat(result.complaint()).isEmpty();
    assertThat(result.code()).isZero();
    assertThat(result.outLines().get(0)).isEqualTo("generate:5 -> ordered -> null");
    assertThat(settings())
        .containsEntry("backlogLimit", 77L)
        .containsEntry("backlogWaitTimeMs", 2000L)
        .containsEntry("failureMode", "silent")
        .containsEntry("auditDefault", false);
  }

  @Test
  void mayBeJsonOrProperties() throws IOException {
    assertThat(run("a.json", "{\"source\": \"generate:1\", \"transport\": \"null\"}").code())
        .isZero();
    assertThat(
            run("a.properties", "source=generate:1\ntransport=null\nset.source.rate=100000\n")
                .code())
        .isZero();
  }

  @Test
  void givesWayToTheCommandLine() throws IOException {
    String text =
        "source = \"generate:5\"\ntransport = \"null\"\nbacklog-limit = 5\nset.rate = 1\n";
    Tool.Result result =
        run(
            "a.conf",
            text,
            "--backlog-limit=9",
            "--set",
            "rate=1000000",
            "--summary",
            summary.toString());

    assertThat(result.code()).isZero();
    assertThat(settings()).containsEntry("backlogLimit", 9L);
  }

  /** Whatever has a key in one place has it in the other. */
  @ParameterizedTest
  @EnumSource
  void knowsEveryOption(RunKey key) throws IOException {
    Tool.Result result = run("a.conf", "\"" + key.key() + "\" = \"%%\"\n");

    assertThat(result.complaint()).doesNotContain("is not a known key");
  }

  @Test
  void namesTheFileTheLineAndTheNearestKey() throws IOException {
    Tool.Result result = run("a.conf", "source = stdin\n\nbacklog-limt = 5\n");

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: "
                + directory.resolve("a.conf")
                + " line 3: backlog-limt is not a known key; did you mean backlog-limit?");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void namesTheFileAndTheLineOfABadValue() throws IOException {
    Tool.Result result =
        run("a.conf", "source = stdin\ntransport = \"null\"\nbacklog-limit = -1\n");

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: "
                + directory.resolve("a.conf")
                + " line 3: backlog-limit: '-1' is not valid; it takes a whole number between 0 and"
                + " 2147483646");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void namesTheFileAndTheLineOfABadSetting() throws IOException {
    Tool.Result result = run("a.conf", "source = stdin\ntransport = \"null\"\nset { rate = 3 }\n");

    assertThat(result.complaint())
        .startsWith(
            "audit run: " + directory.resolve("a.conf") + " line 3: set.rate: 'rate' is not known");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void refusesAList() throws IOException {
    assertThat(run("a.conf", "source = [a, b]\n").complaint())
        .endsWith("a.conf line 1: source is a list; it takes one value");
  }

  @Test
  void refusesWhatIsNoConfiguration() throws IOException {
    Tool.Result result = run("a.conf", "source = {\n");

    assertThat(result.complaint()).startsWith("audit run: --config: ").contains("a.conf: ");
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void refusesAFileThatIsNotThere() {
    Tool.Result result = Tool.run("run", "--config", "/nowhere/a.conf");

    assertThat(result.complaint())
        .isEqualTo("audit run: --config: '/nowhere/a.conf' cannot be read: there is no such file");
    assertThat(result.code()).isEqualTo(2);
    assertThat(Tool.run("run", "--config", directory.toString()).complaint())
        .endsWith("cannot be read: it is not a file");
  }
}
