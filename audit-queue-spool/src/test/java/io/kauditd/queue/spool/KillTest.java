// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kills a program with SIGKILL while it puts records into a spool and takes them out, and starts it
 * again on what is left, round after round. Each time all that was taken and not acknowledged has
 * to be there, whole and in order, and nothing that was acknowledged.
 */
@Timeout(240)
class KillTest {
  private static final int MOST_SAID_BYTES = 60_000;

  @TempDir Path dir;
  private Path spool;

  @BeforeEach
  void namePlaces() {
    spool = dir.resolve("spool");
  }

  /** What a program said before it died: the last number of each kind. */
  private record Said(long added, long acknowledging, long acknowledged) {
    /** The last record known to be taken; the other thread may have been ahead of the first. */
    long taken() {
      return Math.max(added, acknowledging);
    }

    static Said read(Path file) throws IOException {
      long[] last = new long[3];
      String all = Files.readString(file, US_ASCII);
      for (String line : all.substring(0, all.lastIndexOf('\n') + 1).lines().toList()) {
        last["AkK".indexOf(line.charAt(0))] = Long.parseLong(line.substring(2));
      }
      return new Said(last[0], last[1], last[2]);
    }
  }

  @ParameterizedTest
  @CsvSource({"NONE, 1", "PASS, 2", "DATA, 3"})
  @Tag(Deep.TAG)
  void whatWasTakenAndNotAcknowledgedIsThereAndNothingElse(Sync sync, int number) throws Exception {
    try (DeepSearch kills = Deep.search("kills of a writer of spools", 2, 350, 3_500)) {
      killAgainAndAgain(sync, kills, kills.seed() + number);
    }
  }

  private void killAgainAndAgain(Sync sync, DeepSearch kills, long seed) throws Exception {
    var random = new Random(seed);
    long acknowledged = 0;
    long next = 1;
    int round = 0;
    for (; kills.goesOn(); round++) {
      Said said = runAndKill(sync, next, random);
      String where = "seed " + seed + ", round " + round + ", " + said;
      long taken = Math.max(said.taken(), next - 1);
      long least = Math.max(said.acknowledged(), acknowledged);
      long most = Math.max(said.acknowledging(), least);

      List<AuditRecord> left = left(sync, where);

      long first = left.isEmpty() ? taken + 1 : left.get(0).serial();
      assertThat(first - 1).as("%s: acknowledged", where).isBetween(least, most);
      long last = first + left.size() - 1;
      // The program may have died between taking records and saying so.
      assertThat(last).as("%s: taken", where).isBetween(taken, taken + ChurningChild.MOST_AT_ONCE);
      for (AuditRecord record : left) {
        assertThat(record).as(where).isEqualTo(ChurningChild.record(first++));
      }
      acknowledged = last - left.size();
      next = last + 1;
      kills.tried(1);
    }
    assertThat(acknowledged).isGreaterThan(round);
  }

  private Said runAndKill(Sync sync, long next, Random random) throws Exception {
    Path said = dir.resolve("said");
    Files.deleteIfExists(said);
    Process child =
        new ProcessBuilder(
                Program.command(
                    ChurningChild.class,
                    List.of(),
                    spool.toString(),
                    sync.name(),
                    Long.toString(next),
                    Long.toString(random.nextLong())))
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      long enough = 1L + random.nextInt(MOST_SAID_BYTES);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> Files.size(said) >= enough || !child.isAlive());
    } finally {
      child.destroyForcibly(); // SIGKILL
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(128 + 9);
    return Said.read(said);
  }

  /**
   * What is offered after a start; on a copy, so that the next program finds what the kill left.
   */
  private List<AuditRecord> left(Sync sync, String where) throws IOException {
    Path copy = Spools.copy(spool, dir.resolve("copy"));
    var left = new ArrayList<AuditRecord>();
    try (SpoolQueue queue = ChurningChild.open(copy, sync)) {
      assertThat(queue.lost()).as("%s: lost", where).isZero();
      for (AuditRecord record = queue.poll(); record != null; record = queue.poll()) {
        left.add(record);
      }
      assertThat(queue.recovered()).as(where).isEqualTo(left.size());
    }
    Spools.delete(copy);
    return left;
  }
}
