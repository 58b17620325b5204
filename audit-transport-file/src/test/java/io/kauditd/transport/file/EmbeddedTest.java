// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real programs that embed an engine with its defaults lose nothing: not cold, not at their end.
 */
@Timeout(120)
class EmbeddedTest {
  @TempDir Path dir;

  private Program start(int records, String end, String... options) throws IOException {
    return Program.start(
        EmbeddedProgram.class, List.of(options), log().toString(), "" + records, end);
  }

  private Path log() {
    return dir.resolve("audit.log");
  }

  private long lines() throws IOException {
    try (var lines = Files.lines(log())) {
      return lines.count();
    }
  }

  @Test
  void aColdProgramWithTheDefaultsLosesNothing() throws Exception {
    try (Program program = start(100_000, "close")) {
      program.await("lost 0 delivered 100000");
      assertThat(program.end()).isZero();
    }
    assertThat(lines()).isEqualTo(100_000);
  }

  @Test
  void withASmallHeapItsMemoryIsBoundedAndWhatWasFullIsSaid() throws Exception {
    try (Program program = start(400_000, "close", "-Xmx32m")) {
      String end = program.await("lost ");
      assertThat(program.end()).as(program.toString()).isZero();
      assertThat(program.toString()).doesNotContain("OutOfMemoryError");
      if (!end.startsWith("lost 0 ")) {
        assertThat(program.toString())
            // One line alone is shown; which of the two is first is a race of producers.
            .containsAnyOf(
                "the first record is lost: backlog limit exceeded; the main queue is full",
                "> audit_backlog_limit=")
            .contains("there is no SLF4J provider");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"return, 0", "exit, 3"})
  void whoEndsWithoutClosingHasAllItsRecordsWritten(String end, int code) throws Exception {
    try (Program program = start(2_000, end)) {
      program.await("logged 2000");
      assertThat(program.end()).isEqualTo(code);
    }
    assertThat(lines()).isEqualTo(2_000);
  }

  @Test
  void whoIsTerminatedHasAllItsRecordsWritten() throws Exception {
    try (Program program = start(2_000, "wait")) {
      program.await("logged 2000");
      program.terminate();
      assertThat(program.end()).isEqualTo(143);
    }
    assertThat(lines()).isEqualTo(2_000);
  }

  @Test
  void whatOtherHooksLogIsWrittenToo() throws Exception {
    try (Program program = start(40, "hook")) {
      program.await("ends");
      assertThat(program.end()).isZero();
    }
    assertThat(lines()).isEqualTo(40);
  }

  @Test
  void whatCannotBeDeliveredAtTheEndIsSaid() throws Exception {
    Path gone = dir.resolve("gone");
    try (Program program =
        Program.start(
            EmbeddedProgram.class,
            List.of("-Dslf4j.internal.verbosity=ERROR"),
            gone.resolve("audit.log").toString(),
            "10",
            "close soon")) {
      program.await("lost 10 delivered 0");
      assertThat(program.toString()).contains("does not exist");
      program.end();
    }
  }
}
