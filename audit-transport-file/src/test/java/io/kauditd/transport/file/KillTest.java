// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.assertSerials;
import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.serials;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a program with SIGKILL while it writes, again and again, and looks at what is in the file:
 * whole lines, in order, each record that was reported delivered among them. The kernel may cut the
 * very last write short at any byte; what it leaves of a line is gone when the log is opened again.
 */
@Timeout(240)
class KillTest {
  private static final long MAX_PAUSE_NS = 60_000_000;

  @TempDir Path dir;

  private enum Writer {
    TRANSPORT,
    ENGINE
  }

  @Test
  @Tag(Deep.TAG)
  void everyRecordReportedByASyncTransportIsThereAndWhole() throws Exception {
    killAgainAndAgain(Writer.TRANSPORT, FlushMode.SYNC, 1);
  }

  @Test
  @Tag(Deep.TAG)
  void aTransportThatNeverFlushesLosesNothingToAKillEither() throws Exception {
    killAgainAndAgain(Writer.TRANSPORT, FlushMode.NONE, 2);
  }

  @Test
  @Tag(Deep.TAG)
  void everyRecordThatTheEngineReportsDeliveredIsThereAndWhole() throws Exception {
    killAgainAndAgain(Writer.ENGINE, FlushMode.SYNC, 3);
  }

  @Test
  @Tag(Deep.TAG)
  void theEngineWithItsUsualFlushingKeepsWhatItReported() throws Exception {
    killAgainAndAgain(Writer.ENGINE, FlushMode.INCREMENTAL, 4);
  }

  private void killAgainAndAgain(Writer writer, FlushMode mode, int number) throws Exception {
    try (DeepSearch kills = Deep.search("kills of a writer of files", 2, 250, 2_500)) {
      killAgainAndAgain(writer, mode, kills, kills.seed() + number);
    }
  }

  private void killAgainAndAgain(Writer writer, FlushMode mode, DeepSearch kills, long seed)
      throws Exception {
    var random = new Random(seed);
    int times = 0;
    int torn = 0;
    long reported = 0;
    for (; kills.goesOn(); times++) {
      Path log = dir.resolve(writer + "-" + mode + "-" + times + ".log");
      long delivered = writeAndKill(writer, mode, log, (long) (random.nextDouble() * MAX_PAUSE_NS));
      reported += delivered;
      String where = "seed " + seed + ", kill " + times + ", " + delivered + " reported delivered";
      String left = Files.readString(log, ISO_8859_1);
      torn += left.isEmpty() || left.endsWith("\n") ? 0 : 1;
      try (var transport = FileTransport.builder(log).build()) {
        open(transport); // repairs what the kill has torn
      }
      var serials = serials(log);
      assertThat(serials.size()).as(where).isGreaterThanOrEqualTo((int) delivered);
      assertSerials(serials, 0, serials.size());
      Files.delete(log);
      kills.tried(1);
    }
    System.out.println(
        writer
            + " "
            + mode
            + ": "
            + times
            + " kills, "
            + reported
            + " records reported delivered, all there; "
            + torn
            + " torn last lines");
    assertThat(reported).isGreaterThanOrEqualTo(times);
  }

  /** Returns how many records the program had reported delivered when it died. */
  private static long writeAndKill(Writer writer, FlushMode mode, Path log, long pauseNs)
      throws Exception {
    Path said = log.resolveSibling("said");
    Children.javaKilled(
        said, pauseNs, KilledChild.class, writer.name(), mode.name(), log.toString());
    long delivered = 0;
    for (String line : Files.readAllLines(said)) {
      if (line.endsWith(".")) { // the kill may have cut the last one short
        delivered = Long.parseLong(line.substring(0, line.length() - 1));
      }
    }
    return delivered;
  }
}
