// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.sources.RotatedLog.Rotation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that follows a log is killed with SIGKILL at random moments and started again, while
 * the log is written, rotated in all ways, and compressed, also while no program follows it: each
 * line is delivered once.
 */
@Timeout(180)
class FollowKillTest {
  private static final int KILLS_OF_A_LOG = 4;
  private static final List<Rotation> ROTATIONS = List.of(Rotation.values());

  /** In a build there is time for a look between two steps of the rotator. */
  private static final long PACE_NS = TimeUnit.MILLISECONDS.toNanos(Deep.count(60, 10, 10));

  @TempDir Path dir;

  @Test
  @Tag(Deep.TAG)
  void everyLineIsDeliveredOnceThroughKills() throws Exception {
    try (DeepSearch kills = Deep.search("kills of a follower", KILLS_OF_A_LOG, 1_000, 10_000)) {
      for (long seed = kills.seed(); kills.goesOn(); seed++) {
        killAgainAndAgain(seed);
        kills.tried(KILLS_OF_A_LOG);
      }
    }
  }

  private void killAgainAndAgain(long seed) throws Exception {
    Path work = Files.createDirectory(dir.resolve("kills-" + seed));
    var random = new Random(seed);
    Rotation rotation = ROTATIONS.get(random.nextInt(ROTATIONS.size()));
    var log = new RotatedLog(work.resolve("app.log"), random, rotation, false);
    log.write(10);
    Process last = prepare(work);
    try {
      for (int i = 0; i < KILLS_OF_A_LOG; i++) {
        Process child = last;
        last = prepare(work); // a JVM takes longer to start than it has to live
        try {
          liveAndDie(child, i == 0, work, log, random, seed);
        } finally {
          child.destroyForcibly().waitFor();
        }
        for (int steps = random.nextInt(8); steps > 0; steps--) {
          log.step();
        }
      }
      log.reopen();
      log.write(1);
      FollowerChild.begin(last);
      awaitAll(work, log, seed);
    } finally {
      last.destroyForcibly().waitFor();
    }
    List<String> out = delivered(work);
    var twice = new ArrayList<>(out);
    log.lines().forEach(twice::remove);
    String story = "seed %d, %s: %s; %s".formatted(seed, rotation, said(work), log.history());
    assertThat(twice).as("twice, or no lines of the log; %s", story).isEmpty();
    assertThat(new HashSet<>(out)).as(story).hasSize(log.lines().size());
    delete(work);
  }

  private static void liveAndDie(
      Process child, boolean isFirst, Path work, RotatedLog log, Random random, long seed)
      throws Exception {
    FollowerChild.begin(child);
    if (isFirst) { // what was rotated before the first start is not its business
      Await.until("there is a checkpoint", () -> Files.exists(work.resolve("checkpoint")));
    }
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(10 + random.nextInt(500));
    while (System.nanoTime() < endNs && child.isAlive()) {
      log.step();
      LockSupport.parkNanos(PACE_NS);
    }
    assertThat(child.isAlive()).as("seed %d: %s", seed, said(work)).isTrue();
  }

  private static void delete(Path work) throws IOException {
    try (var files = Files.list(work)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(work);
  }

  private static void awaitAll(Path work, RotatedLog log, long seed) throws Exception {
    try {
      Await.until(() -> delivered(work).size(), count -> count >= log.lines().size());
    } catch (AssertionError e) {
      var missing = new ArrayList<>(log.lines());
      missing.removeAll(new HashSet<>(delivered(work)));
      throw new AssertionError(
          "seed %d: %d missing, such as %s; it said %s; %s"
              .formatted(
                  seed,
                  missing.size(),
                  missing.subList(0, Math.min(4, missing.size())),
                  said(work),
                  log.history()),
          e);
    }
  }

  /** Starts a follower that waits to be told to begin. */
  private static Process prepare(Path work) throws IOException {
    return new ProcessBuilder(
            FollowerChild.command(
                work.resolve("app.log"), work.resolve("out.log"), work.resolve("checkpoint")))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(work.resolve("said").toFile()))
        .start();
  }

  private static String said(Path work) throws IOException {
    return Files.readString(work.resolve("said"));
  }

  /** The texts in the log that the child writes, whole lines. */
  private static List<String> delivered(Path work) throws IOException {
    Path out = work.resolve("out.log");
    String text = Files.exists(out) ? Files.readString(out) : "";
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .map(line -> line.substring(line.indexOf("): ") + 3))
        .toList();
  }
}
