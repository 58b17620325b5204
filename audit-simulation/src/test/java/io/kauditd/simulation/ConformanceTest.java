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
  @ParameterizedTest(name = "{0}, batches of {1}")
  @CsvSource({
    "mainline, 1", "mainline, 3", "mainline, 1000",
    "rfc, 1", "rfc, 3", "rfc, 1000",
    "v5.16, 1", "v5.16, 3", "v5.16, 1000"
  })
  void reproducesEveryStep(String semantics, int batchRecords) throws IOException {
    ReplayReport report = new TraceReplay(batchRecords).run(open(semantics));

    assertThat(report.failures()).isEmpty();
    assertThat(report.scenarios()).isEqualTo(214);
  }

  private static BufferedReader open(String semantics) {
    InputStream stream =
        Objects.requireNonNull(
            ConformanceTest.class.getResourceAsStream("/conformance/" + semantics + ".jsonl"));
    return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }
}
