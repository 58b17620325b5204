// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.TextMutator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a scenario or a trace holds: it is read, or there is a sentence about what is wrong. */
class ScenarioFuzzTest {
  private static final String ALL_KEYS =
      """
      title = t, duration = 10 s, seed = 7, producers = 4, policies = [mainline, ordered]
      settings { backlogLimit = 64, backlogWaitTime = 100 ms, rateLimit = 0, failureMode = printk,
        auditDefault = true }
      arrivals { recordsPerSecond = 1000, random = false
        bursts { first = 5 s, every = 20 s, length = 2 s, recordsPerSecond = 600 } }
      daemon { medium = socket, recordsPerSecond = 5e3, socketRecords = 256, sendTimeout = 0.1 s
        outages = [ { kind = stopped, from = 1 s, to = 2 s }
          { kind = failing, from = 3 s, error = EIO } ] }
      costs { send = 1 us, pass = 1 us, wakeUp = 1 us, log = 100 ns }
      """;

  private static final String TRACE =
      "{\"name\":\"t\",\"semantics\":\"mainline\",\"steps\":["
          + "{\"op\":\"configure\",\"backlogLimit\":2,\"failureMode\":\"printk\",\"rateLimit\":1,"
          + "\"expect\":{}},{\"op\":\"connect\",\"portId\":7,\"expect\":{}},"
          + "{\"op\":\"log\",\"id\":1,\"type\":1112,\"context\":\"sleepable\",\"waits\":["
          + "{\"afterMs\":10,\"pass\":[\"ok\"]}],\"expect\":{}},"
          + "{\"op\":\"tick\",\"ms\":1000,\"expect\":{}},"
          + "{\"op\":\"pass\",\"unicast\":[\"EAGAIN\",{\"op\":\"disconnect\"},\"ok\"],\"expect\":{}},"
          + "{\"op\":\"disconnect\",\"expect\":{}}]}";

  private static final String USUAL_TRACE =
      "{\"name\":\"t\",\"semantics\":\"mainline\",\"steps\":["
          + "{\"op\":\"connect\",\"portId\":7,\"expect\":{\"out\":[],\"main\":[],\"retry\":[],"
          + "\"hold\":[],\"lost\":0,\"daemon\":7,\"waitActualMs\":0}},"
          + "{\"op\":\"log\",\"id\":1,\"type\":1112,\"context\":\"blocking\",\"waits\":["
          + "{\"afterMs\":10,\"pass\":[\"ok\"]}],\"expect\":{\"out\":[],\"main\":[1],\"retry\":[],"
          + "\"hold\":[],\"lost\":0,\"daemon\":7,\"waitActualMs\":0}},"
          + "{\"op\":\"pass\",\"unicast\":[\"ok\"],\"expect\":{\"out\":[{\"multicast\":1},"
          + "{\"unicast\":1,\"port\":7,\"rc\":\"ok\"}],\"main\":[],\"retry\":[],"
          + "\"hold\":[],\"lost\":0,\"daemon\":7,\"waitActualMs\":0}}]}";

  private static final String[] PIECES = {
    "0",
    "NaN",
    "0.0000001",
    "2147483648",
    "-9223372036854775808",
    " s",
    " days",
    " ms",
    "\\u0000",
    "log = ",
    "\"op\"",
    "\"log\"",
    "\"pass\"",
    "\"waits\"",
    "\"portId\"",
    "policies",
    "mainline",
    "expect",
    "\nscenario ",
    "\nwhy ",
    "\n  => ",
    "\n  only ",
    "]="
  };

  @Test
  @Tag(Deep.TAG)
  void aScenarioIsReadOrRefusedInASentence() {
    var texts = new ArrayList<String>(List.of(ALL_KEYS));
    // Without comments, in which a change is mostly none.
    ScenarioFile.BUNDLED.forEach(
        name -> texts.add(ScenarioFile.bundled(name).replaceAll("(?m)^#.*\n+", "")));
    var mutator = TextMutator.ofStructured(texts, PIECES);
    int read = 0;
    long tried = 0;
    try (DeepSearch inputs = Deep.search("fuzzed scenario files", 4_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++, tried++) {
        String text = mutator.next(new Random(seed));
        try {
          ScenarioFile.read("fuzzed", text, Path.of("nowhere"));
          read++;
        } catch (BadScenarioException e) {
          assertThat(e.getMessage()).as("seed %d", seed).startsWith("fuzzed: ");
        } catch (RuntimeException | StackOverflowError e) {
          throw new AssertionError("seed " + seed + ": " + e, e);
        }
        inputs.tried(1);
      }
    }
    assertThat(read).isBetween(1, (int) (tried * 9 / 10));
  }

  @Test
  void bracketsWithoutEndAreRefusedInASentence() {
    String text = "title = " + "[".repeat(100_000);
    assertThatThrownBy(() -> ScenarioFile.read("deep", text, Path.of("nowhere")))
        .isInstanceOf(BadScenarioException.class)
        .hasMessage("deep: its brackets are nested too deeply to be read");
  }

  @Test
  void anEscapeThatIsNoCharacterIsRefusedInASentence() {
    assertThatThrownBy(() -> ScenarioFile.read("odd", "title = \"\\u-123\"", Path.of("nowhere")))
        .isInstanceOf(BadScenarioException.class)
        .hasMessageStartingWith("odd: an escape \\u is wrong: ");
  }

  @Test
  @Tag(Deep.TAG)
  void aTraceIsReplayedOrNamesTheStepThatIsWrong() throws IOException {
    var mutator = TextMutator.ofStructured(List.of(TRACE), PIECES);
    try (DeepSearch inputs = Deep.search("fuzzed traces", 2_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        String line = mutator.next(new Random(seed)).replace('\n', ' ').replace('\r', ' ');
        try {
          ReplayReport report = new TraceReplay(1).run(new BufferedReader(new StringReader(line)));
          assertThat(report.failures().size()).isLessThanOrEqualTo(report.scenarios());
        } catch (RuntimeException | StackOverflowError e) {
          throw new AssertionError("seed " + seed + ": " + e + ": " + line, e);
        }
        inputs.tried(1);
      }
    }
  }

  @Test
  @Tag(Deep.TAG)
  void aTraceInTextIsReplayedOrNamesTheStepThatIsWrong() throws IOException {
    String text = TraceText.of(new BufferedReader(new StringReader(USUAL_TRACE)));
    var mutator = TextMutator.ofStructured(List.of(text), PIECES);
    int passed = 0;
    try (DeepSearch inputs = Deep.search("fuzzed traces as text", 2_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        String changed = mutator.next(new Random(seed));
        try {
          passed += new TraceReplay(1).run(new BufferedReader(new StringReader(changed))).passed();
        } catch (RuntimeException | StackOverflowError e) {
          throw new AssertionError("seed " + seed + ": " + e + ": " + changed, e);
        }
        inputs.tried(1);
      }
    }
    assertThat(passed).isPositive();
  }
}
