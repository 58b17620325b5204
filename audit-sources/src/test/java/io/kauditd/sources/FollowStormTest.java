// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer writes, a rotator rotates in all ways, a sink has room or not, all at random moments:
 * what comes out is what was written, each line once. In a build the rotator renames, and waits
 * until what was written has been read; {@code ./dev deep} has rotators that copy or do not wait,
 * and still finds faults there (docs/following.md).
 */
@Timeout(120)
class FollowStormTest {
  private static final int STEPS = 60;

  @TempDir Path dir;

  @Test
  @Tag(Deep.TAG)
  void everyLineComesOnceThroughAnyRotation() throws Exception {
    try (DeepSearch storms = Deep.search("storms of rotations", 4, 2_000, 20_000)) {
      for (long seed = storms.seed(); storms.goesOn(); seed++) {
        storm(seed);
        storms.tried(1);
      }
    }
  }

  private void storm(long seed) throws Exception {
    Path work = Files.createDirectory(dir.resolve("storm-" + seed));
    var random = new Random(seed);
    var log =
        new RotatedLog(work.resolve("app.log"), random, random.nextBoolean() && Deep.isDeep());
    var sink = new SettlingSink().settlingAtOnce();
    log.write(1);
    try (var running = Running.start(FileSource.builder(log.path()).follow(true).build(), sink)) {
      sink.await(1);
      if (!Deep.isDeep()) {
        log.beforeRotation(() -> {
          sink.stall(false);
          awaitAll(sink, log, seed);
        });
      }
      for (int i = 0; i < STEPS; i++) {
        if (random.nextInt(10) == 0) {
          sink.stall(random.nextBoolean());
        }
        log.step();
      }
      sink.stall(false);
      log.reopen();
      log.write(1);
      awaitAll(sink, log, seed);
    }
    var came = new ArrayList<>(sink.texts());
    var wrong = new ArrayList<>(came);
    wrong.removeAll(new HashSet<>(log.lines()));
    assertThat(wrong)
        .as("seed %d, problems %s, no lines of the log; %s", seed, sink.problems(), log.history())
        .isEmpty();
    assertThat(came.size())
        .as("seed %d: lines that came, problems %s; %s", seed, sink.problems(), log.history())
        .isEqualTo(log.lines().size());
    assertThat(new HashSet<>(came)).as("seed %d: lines", seed).hasSize(came.size());
    delete(work);
  }

  private static void awaitAll(SettlingSink sink, RotatedLog log, long seed) {
    try {
      sink.await(log.lines().size());
    } catch (AssertionError | InterruptedException e) {
      var missing = new ArrayList<>(log.lines());
      missing.removeAll(new HashSet<>(sink.texts()));
      throw new AssertionError(
          "seed %d: %s; %d are missing, such as %s; %s"
              .formatted(
                  seed,
                  e.getMessage(),
                  missing.size(),
                  missing.subList(0, Math.min(4, missing.size())),
                  log.history()),
          e);
    }
  }

  private static void delete(Path work) throws IOException {
    try (var files = Files.list(work)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(work);
  }
}
