// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A scenario that differs, or is none, is a failure that says what is wrong, and where. */
class TraceReplayTest {
  private static final String LOG =
      "{\"op\":\"log\",\"id\":1,\"type\":1112,\"context\":\"blocking\",\"expect\":";
  private static final String STATE =
      "{\"out\":[],\"main\":[%s],\"retry\":[],\"hold\":[],\"lost\":0,\"daemon\":0,\"waitActualMs\":0}";

  private static ReplayReport replay(String line) throws IOException {
    return new TraceReplay(1).run(new BufferedReader(new StringReader(line)));
  }

  private static String scenario(String step) {
    return "{\"name\":\"n\",\"semantics\":\"mainline\",\"steps\":[" + step + "]}";
  }

  @Test
  void showsTheFirstStepThatDiffers() throws IOException {
    ReplayReport report =
        replay(scenario(LOG + STATE.formatted("1") + "}," + LOG + STATE.formatted("1") + "}"));

    assertThat(report.passed()).isZero();
    ReplayReport.Failure failure = report.failures().getFirst();
    assertThat(failure.stepNumber()).isEqualTo(2);
    assertThat(failure.step()).contains("\"op\":\"log\"").doesNotContain("expect");
    assertThat(failure.differences())
        .containsExactly(new ReplayReport.Difference("main", "[1]", "[1,1]"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "[]",
        "{\"name\":\"n\"}",
        "{\"name\":\"n\",\"semantics\":\"v9\",\"steps\":[]}",
        "{\"name\":\"n\",\"semantics\":\"mainline\",\"steps\":5}",
        "{\"name\":\"n\",\"semantics\":\"mainline\",\"steps\":[{\"op\":\"tick\",\"ms\":1,\"expect\":7}]}",
        "{\"name\":\"n\",\"semantics\":\"mainline\",\"steps\":[{\"op\":\"nap\",\"expect\":{}}]}",
        "{\"name\":\"n\",\"semantics\":\"mainline\",\"steps\":[{\"op\":\"tick\",\"expect\":{}}]}",
        "{\"name\":\"n\",\"semantics\":\"mainline\",\"steps\":[{\"op\":\"tick\",\"ms\":-1,\"expect\":{}}]}"
      })
  void whatIsNoScenarioFailsAndTheNextIsPlayed(String bad) throws IOException {
    ReplayReport report = replay(bad + "\n" + scenario(LOG + STATE.formatted("1") + "}"));

    assertThat(report.scenarios()).isEqualTo(2);
    assertThat(report.passed()).isEqualTo(1);
    assertThat(report.failures().getFirst().line()).isEqualTo(1);
    assertThat(report.failures().getFirst().differences().getFirst().actual()).isNotBlank();
  }
}
