// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveredLinesTest {
  @TempDir Path dir;

  private static void write(Path file, int from, int to, Random lengths) throws IOException {
    var text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append("type=USER msg=audit(1.000:")
          .append(i)
          .append("): ")
          .append("x".repeat(lengths.nextInt(8900)))
          .append('\n');
    }
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static List<Long> serials(Path log) {
    try (var records = new DeliveredLines(log).stream()) {
      return records.map(AuditRecord::serial).toList();
    }
  }

  @Test
  void theYoungestComesFirstThroughAllRotatedFiles() throws Exception {
    var lengths = new Random(7);
    Path log = dir.resolve("out.log");
    write(dir.resolve("out.log.2"), 0, 100, lengths);
    write(dir.resolve("out.log.1"), 100, 101, lengths);
    write(log, 101, 300, lengths);
    Files.writeString(log, "type=USER msg=audit(1.000:300): torn", StandardOpenOption.APPEND);
    write(dir.resolve("out.log.4"), 900, 901, lengths); // beyond a gap: another run's
    assertThat(serials(log))
        .isEqualTo(
            IntStream.iterate(299, i -> i >= 0, i -> i - 1).mapToObj(i -> (long) i).toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "ZSTD"})
  void rotatedFilesThatWereCompressedAreReadToo(Compression compression) throws Exception {
    var lengths = new Random(3);
    Path log = dir.resolve("out.log");
    for (int number = 1; number <= 2; number++) {
      Path plain = dir.resolve("out.log." + number);
      write(plain, 300 - 100 * number, 400 - 100 * number, lengths);
      Path packed = dir.resolve("out.log." + number + compression.suffix());
      try (var out = compression.to(Files.newOutputStream(packed))) {
        Files.copy(plain, out);
      }
      Files.delete(plain);
    }
    write(log, 300, 301, lengths);
    // A compressor that was killed left both: the file itself is whole.
    Files.writeString(dir.resolve("out.log" + compression.suffix()), "torn");
    assertThat(serials(log))
        .isEqualTo(
            IntStream.iterate(300, i -> i >= 100, i -> i - 1).mapToObj(i -> (long) i).toList());
  }

  @Test
  void whatIsNoRecordIsPassedOver() throws Exception {
    Path log = dir.resolve("out.log");
    Files.writeString(log, "type=USER msg=audit(1.000:1): a\n\nnonsense\n" + "y".repeat(200_000));
    assertThat(serials(log)).isEmpty(); // the lines before are farther back than any line reaches
    Files.writeString(log, "type=USER msg=audit(1.000:1): a\n\nnonsense\n");
    assertThat(serials(log)).containsExactly(1L);
  }

  /** To open it would wait for a writer that nobody is. */
  @ParameterizedTest
  @ValueSource(strings = {"out.log", "out.log.gz", "out.log.1"})
  @Timeout(30)
  void aPipeIsNotWaitedFor(String name) throws Exception {
    write(dir.resolve("out.log.2"), 5, 6, new Random(1));
    Path pipe = dir.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> serials(dir.resolve("out.log")))
        .hasRootCauseMessage(pipe + " is not a regular file");
  }

  @Test
  void aLogThatIsNotThereHasNone() throws Exception {
    assertThat(serials(dir.resolve("none.log"))).isEmpty();
    write(dir.resolve("out.log.1"), 5, 6, new Random(1)); // killed in the middle of a rotation
    assertThat(serials(dir.resolve("out.log"))).containsExactly(5L);
  }
}
