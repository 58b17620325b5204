// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditLine;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.plugin.ListBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills a program with SIGKILL while it writes, rotates and compresses, starts it again where the
 * logs end, and compares every byte of all logs: each record that was reported as taken is there,
 * once, whole and in order.
 */
class RotationKillTest {
  private static final long MAX_PAUSE_NS = 150_000_000;
  private static final int KILLS_OF_A_LOG = 5;

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(Compression.class)
  @Tag(Deep.TAG)
  void everyByteIsThereOnce(Compression compression) throws Exception {
    try (DeepSearch search =
        Deep.search("kills of a writer that rotates and compresses", 2, 334, 3_400)) {
      for (long seed = search.seed(); search.goesOn(); seed++) {
        Path dir = Files.createDirectory(temp.resolve("seed" + seed)).toRealPath();
        Path log = dir.resolve("audit.log");
        var random = new Random(seed);
        int next = 0;
        for (int kill = 0; kill < KILLS_OF_A_LOG && search.goesOn(); kill++) {
          String where = compression + ", seed " + seed + ", kill " + kill;
          int taken = writeAndKill(log, compression, next, random);
          next = whole(log, compression, where);
          assertThat(next).as(where).isGreaterThanOrEqualTo(taken);
          search.tried(1);
        }
        delete(dir);
      }
    }
  }

  /** Repairs the logs as the next start does, compares them, and returns the next serial. */
  private static int whole(Path log, Compression compression, String where) throws IOException {
    try (var transport = RotatingChild.transport(log, compression)) {
      open(transport);
    }
    String[] lines = Logs.allText(log).split("\n", -1);
    int records = lines.length - 1;
    assertThat(lines[records]).as(where).isEmpty();
    for (int i = 0; i < records; i++) {
      assertThat(lines[i]).as(where).isEqualTo(AuditLine.format(ListBatch.record(i)));
    }
    return records;
  }

  /** Returns the serial after the last that the program reported as taken. */
  private static int writeAndKill(Path log, Compression compression, int first, Random random)
      throws Exception {
    Path said = log.resolveSibling("said");
    Children.javaKilled(
        said,
        (long) (random.nextDouble() * MAX_PAUSE_NS),
        RotatingChild.class,
        log.toString(),
        compression.name(),
        Integer.toString(first),
        Long.toString(random.nextLong()));
    int taken = first;
    for (String line : Files.readAllLines(said)) {
      if (line.endsWith(".")) { // the kill may have cut the last one short
        taken = Integer.parseInt(line.substring(0, line.length() - 1));
      }
    }
    return taken;
  }

  private static void delete(Path dir) throws IOException {
    try (var all = Files.list(dir)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Files.delete(each);
      }
    }
    Files.delete(dir);
  }
}
