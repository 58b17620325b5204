// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.fixtures.CommandResult;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every wrong option ends in one sentence, with the option, the value and the way out; exit code 2.
 */
class RunOptionsTest {
  @TempDir Path directory;

  private CommandResult run(String... more) {
    return Tool.run(RunArguments.of(directory.resolve("run"), "generate:1", "null", more));
  }

  private void assertRefused(String complaint, String... more) {
    CommandResult result = run(more);
    assertThat(result.complaint()).isEqualTo("audit run: " + complaint);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--backlog-limit|-1|a whole number between 0 and 2147483646",
        "--backlog-limit|2147483647|a whole number between 0 and 2147483646",
        "--backlog-limit|many|a whole number between 0 and 2147483646",
        "--backlog-limit|''|a whole number between 0 and 2147483646",
        "--rate-limit|-5|a whole number between 0 and 2147483647",
        "--backlog-wait-time|-1|a duration such as 500ms, 2s or 5m, a plain number being"
            + " milliseconds, up to 10m",
        "--backlog-wait-time|601s|a duration such as 500ms, 2s or 5m, a plain number being"
            + " milliseconds, up to 10m",
        "--backlog-wait-time|5 weeks|a duration such as 500ms, 2s or 5m, a plain number being"
            + " milliseconds, up to 10m",
        "--backlog-wait-time|99999999999999999999|a duration such as 500ms, 2s or 5m, a plain"
            + " number being milliseconds, up to 10m",
        "--close-deadline|25h|a duration such as 500ms, 2s or 5m, a plain number being"
            + " milliseconds, up to 24h",
        "--failure-mode|loud|one of silent, printk, panic",
        "--audit-default|maybe|true or false",
        "--transport|:x|the id of a plug-in, or ID:ARGUMENT; 'audit plugins' lists the ids",
        "--set|rate|KEY=VALUE",
        "--set|=1|KEY=VALUE",
      })
  void refusesAValueThatIsNotValid(String option, String value, String takes) {
    CommandResult result =
        option.equals("--transport")
            ? Tool.run("run", "--source", "stdin", option, value)
            : run(option, value);

    assertThat(result.complaint())
        .isEqualTo("audit run: " + option + ": '" + value + "' is not valid; it takes " + takes);
    assertThat(result.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,500",
    "2s,2000",
    "750,750",
    "0,0",
    "5m,300000",
  })
  void takesATimeWithAUnitOrInMilliseconds(String written, long ms) throws Exception {
    Path summary = directory.resolve("s.json");
    assertThat(run("--backlog-wait-time", written, "--summary", summary.toString()).code())
        .isZero();
    assertThat(Files.readString(summary)).contains("\"backlogWaitTimeMs\":" + ms + ",");
  }

  @Test
  void saysWhichPartIsMissing() {
    assertThat(Tool.run("run", "--transport", "null").complaint())
        .isEqualTo(
            "audit run: --source is missing; say where records come from, for example --source"
                + " file:in.log or --source stdin");
    assertThat(Tool.run("run", "--source", "stdin").complaint())
        .isEqualTo(
            "audit run: --transport is missing; say where records go to, for example --transport"
                + " file:out.log");
  }

  @Test
  void suggestsTheOptionThatWasMeant() {
    assertRefused(
        "there is no option '--backlog-limt'; did you mean --backlog-limit?", "--backlog-limt=5");
    assertRefused("'more' is not expected here; see 'audit run --help'", "more");
  }

  @Test
  void namesTheIdsThereAre() {
    assertRefused(
        "--policy: there is no policy 'v6'; there is mainline, ordered, rfc, v5.16",
        "--policy",
        "v6");
    assertRefused("--queue: there is no queue 'disk'; there is memory, spool", "--queue", "disk");
    assertThat(Tool.run("run", "--source", "pipe", "--transport", "null").complaint())
        .startsWith("audit run: --source: there is no source 'pipe'; there is auditd, file, ");
    assertThat(Tool.run("run", "--source", "stdin", "--transport", "kafka:x").complaint())
        .startsWith("audit run: --transport: there is no transport 'kafka'; there is ");
  }

  @Test
  void refusesAnArgumentWhereThereIsNone() {
    assertRefused(
        "--policy: policy 'ordered' takes no argument, so 'ordered:3' should be 'ordered'",
        "--policy",
        "ordered:3");
  }

  @Test
  void refusesAnArgumentThatIsNotValid() {
    assertThat(Tool.run("run", "--source", "generate:lots", "--transport", "null").complaint())
        .isEqualTo(
            "audit run: --source: source 'generate': option 'count': 'lots' is not valid; it takes"
                + " a whole number of at least 0");
  }

  @Test
  void givesASettingToTheOnlyPartThatKnowsIt() {
    assertThat(run("--set", "rate=100000").code()).isZero();
    assertThat(run("--set", "source.rate=100000").code()).isZero();
  }

  @Test
  void refusesASettingThatNobodyKnows() {
    CommandResult result = run("--set", "rat=1");

    assertThat(result.complaint())
        .startsWith("audit run: --set rat: 'rat' is not known")
        .contains("the settings are source.count, source.rate, ")
        .endsWith("; did you mean rate?");
    assertThat(result.code()).isEqualTo(2);
    assertThat(run("--set", "backlog-limit=1").complaint())
        .isEqualTo(
            "audit run: --set backlog-limit: 'backlog-limit' is an option of the run, not a setting"
                + " of a plug-in; write --backlog-limit, or put the key outside of 'set' in the"
                + " configuration file");
    assertThat(run("--set", "transport.rate=1").complaint())
        .isEqualTo(
            "audit run: --set transport.rate: 'transport.rate' is not known; transport 'null' has"
                + " no settings");
    assertThat(run("--set", "source.rat=1").complaint())
        .startsWith(
            "audit run: --set source.rat: 'source.rat' is not known; the settings are"
                + " source.count, source.rate, ");
  }

  @Test
  void refusesASettingThatSeveralKnow() {
    CommandResult result =
        Tool.run("run", "--source", "generate:1", "--transport", "stub", "--set", "size=3");

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: --set size: more than one part knows 'size'; write source.size or"
                + " transport.size");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void refusesASettingOfAPartThatIsNone() {
    assertRefused(
        "--set sauce.rate: 'sauce' is not a part of the run; a setting begins with source,"
            + " transport, policy, queue, main-queue or retry-queue, or stands without a prefix",
        "--set",
        "sauce.rate=1");
  }

  @Test
  void refusesASettingGivenTwice() {
    assertRefused(
        "--set: 'rate' is given twice; give it once", "--set", "rate=1", "--set", "rate=2");
    assertRefused(
        "--set count: 'count' of the source is already set to '1'; set it once",
        "--set",
        "count=7");
  }

  @Test
  void refusesASummaryThatCannotBeWritten() {
    Path nowhere = directory.resolve("nowhere");
    CommandResult result = run("--summary", nowhere.resolve("s.json").toString());

    assertThat(result.complaint())
        .isEqualTo(
            "audit run: --summary: '"
                + nowhere.resolve("s.json")
                + "' cannot be written: '"
                + nowhere
                + "' is not a directory; make it first");
    assertThat(result.code()).isEqualTo(3);
    CommandResult inPlaceOfADirectory = run("--summary", directory.toString());
    assertThat(inPlaceOfADirectory.complaint())
        .isEqualTo(
            "audit run: --summary: '"
                + directory
                + "' cannot be written: it is a directory; name a file in it");
    assertThat(inPlaceOfADirectory.code()).isEqualTo(3);
  }

  @Test
  void refusesAPluginDirectoryThatIsNone() {
    assertRefused(
        "--plugins: '/nowhere' is not a directory; give one that holds plug-in jars",
        "--plugins",
        "/nowhere");
  }
}
