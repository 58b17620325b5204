// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A trace is the same in its text form as in JSON. */
class TraceTextTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static final String TEXT =
      """
      scenario two records, one daemon
      semantics mainline
      why A record is sent when a daemon comes.

      configure auditDefault=true failureMode=printk
      log id=1 type=1112 context=blocking waits=[{afterMs=10 pass=[]}]
        => main=[1]
      pass unicast=[]
        multicast=1
        printk=1 type=1112
        => main=[] hold=[1]
      connect portId=7
        => daemon=7
      pass unicast=[ok {op=disconnect}]
        unicast=1 port=7 rc=ok
        => hold=[]
      """;

  private static TraceText.Read read(String text) throws IOException {
    TraceFile.Raw raw = new TraceFile(new BufferedReader(new StringReader(text))).next();
    assertThat(raw).isNotNull();
    return raw.read();
  }

  /** The example of the document is a scenario that passes, printed as it stands there. */
  @Test
  void theDocumentsExamplePasses() throws IOException {
    String document =
        Files.readString(Path.of("..", "docs", "internals", "conformance.md"))
            .replaceAll("(?s).*```text\n(.*?)```.*", "$1");
    ReplayReport report = new TraceReplay(1).run(new BufferedReader(new StringReader(document)));

    assertThat(report).isEqualTo(new ReplayReport(1, List.of()));
    assertThat(TraceText.print(read(document).scenario())).isEqualTo(document);
  }

  /** Each scenario comes out of its text as it went in, with its fields in their order. */
  @ParameterizedTest
  @ValueSource(strings = {"mainline", "rfc", "v5.16", "busy-mainline", "busy-rfc", "busy-v5.16"})
  void eachTraceIsTheSameAfterATripThroughItsText(String name) throws IOException {
    int scenarios = 0;
    try (BufferedReader traces = ConformanceTest.open(name)) {
      for (String line = traces.readLine(); line != null; line = traces.readLine()) {
        JsonNode scenario = JSON.readTree(line);
        String text = TraceText.print(scenario);

        assertThat(JSON.writeValueAsString(read(text).scenario()))
            .isEqualTo(JSON.writeValueAsString(scenario));
        scenarios++;
      }
    }
    assertThat(scenarios).isEqualTo(name.startsWith("busy") ? 100 : 214);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mainline", "busy-v5.16"})
  void aFileOfTextIsReplayedAsItsJsonIs(String name) throws IOException {
    String text;
    try (BufferedReader traces = ConformanceTest.open(name)) {
      text = TraceText.of(traces);
    }
    ReplayReport report = new TraceReplay(1).run(new BufferedReader(new StringReader(text)));

    assertThat(report.failures()).isEmpty();
    assertThat(report.scenarios()).isEqualTo(name.startsWith("busy") ? 100 : 214);
  }

  @Test
  void aTextIsPrintedAsItWasRead() throws IOException {
    TraceText.Read read = read(TEXT);

    assertThat(TraceText.print(read.scenario())).isEqualTo(TEXT);
    assertThat(read.stepLines()).containsExactly(5, 6, 8, 12, 14);
    assertThat(TraceText.of(new BufferedReader(new StringReader(TEXT + "\n" + TEXT))))
        .isEqualTo(TEXT + "\n" + TEXT);
  }

  @Test
  void valuesThatLookLikeOthersAreInQuotes() {
    JsonNode values =
        JSON.readTree(
            "{\"a\":\"1\",\"b\":\"true\",\"c\":\"x y\",\"d\":\"\",\"e f\":[null,-1.5,{}]}");

    assertThat(TraceValues.fields(values))
        .isEqualTo("a=\"1\" b=\"true\" c=\"x y\" d=\"\" \"e f\"=[null -1.5 {}]");
    assertThat(TraceValues.readFields(TraceValues.fields(values))).isEqualTo(values);
  }

  @Test
  void commentsAndBlankLinesMayStandAnywhere() throws IOException {
    String text = "# first\n\n" + TEXT.replace("\npass", "\n\n# a pass\npass");

    assertThat(read(text).scenario()).isEqualTo(read(TEXT).scenario());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "log id                     | 2: there is no '=' after 'id'",
        "log id=                    | 2: a value is missing at the end",
        "log id=1 id=2              | 2: 'id' is given twice",
        "log id=[1                  | 2: there is no ']' at the end",
        "log id=1]                  | 2: there is a ']' where a word should be",
        "log id={a=1                | 2: there is no '}' at the end",
        "log id=1}                  | 2: '}' closes nothing",
        "log expect=1               | 2: a step has no field 'expect'",
        "log id=\"a                | 2: a string has no '\"' at its end",
        "semantics                  | 2: nothing stands after 'semantics'"
      })
  void aLineThatCannotBeReadIsNamed(String line, String message) {
    assertThatThrownBy(() -> read("scenario s\n" + line + "\n"))
        .isInstanceOf(BadScenarioException.class)
        .hasMessage("line " + message);
  }

  @Test
  void whatStandsBelowNoStepIsRefused() {
    assertThatThrownBy(() -> read("scenario s\n  multicast=1\n"))
        .hasMessage("line 2: there is no step above this line");
    assertThatThrownBy(() -> read("scenario s\ntick ms=1\n  => backlog=1\n"))
        .hasMessage(
            "line 3: unknown 'backlog'; there are main, retry, hold, lost, daemon, waitActualMs");
    assertThatThrownBy(() -> read("# no scenario\ntick ms=1\n"))
        .hasMessage("line 2: a scenario begins with 'scenario NAME'");
    assertThatThrownBy(() -> read("scenario s\nlog a=" + "[".repeat(100_000)))
        .hasMessage("line 2: its brackets are nested too deeply to be read");
  }

  @Test
  void aScenarioThatCannotBeReadFailsAndTheNextIsPlayed() throws IOException {
    String text = "scenario bad\nsemantics mainline\ntick ms\n" + TEXT;
    ReplayReport report = new TraceReplay(1).run(new BufferedReader(new StringReader(text)));

    assertThat(report.scenarios()).isEqualTo(2);
    assertThat(report.failures()).hasSize(1);
    assertThat(report.failures().getFirst().differences().getFirst().actual())
        .isEqualTo("line 3: there is no '=' after 'ms'");
  }
}
