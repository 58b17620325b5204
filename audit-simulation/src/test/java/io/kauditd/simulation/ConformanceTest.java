// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine does what the kernel's own queue code did, in every step of every trace. */
class ConformanceTest {
  @ParameterizedTest(name = "{0}, pulling {1} ahead")
  @CsvSource({
    "mainline, 1", "mainline, 2", "mainline, 7", "mainline, 1024",
    "rfc, 1", "rfc, 2", "rfc, 7", "rfc, 1024",
    "v5.16, 1", "v5.16, 2", "v5.16, 7", "v5.16, 1024"
  })
  void reproducesEveryStep(String semantics, int pullAhead) throws IOException {
    ReplayReport quiet = new TraceReplay(pullAhead).run(open(semantics));
    ReplayReport busy = new TraceReplay(pullAhead).run(open("busy-" + semantics));

    assertThat(quiet.failures()).isEmpty();
    assertThat(quiet.scenarios()).isEqualTo(214);
    assertThat(busy.failures()).isEmpty();
    assertThat(busy.scenarios()).isEqualTo(100);
  }

  static BufferedReader open(String semantics) {
    InputStream stream =
        Objects.requireNonNull(
            ConformanceTest.class.getResourceAsStream("/conformance/" + semantics + ".jsonl"));
    return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }
}
