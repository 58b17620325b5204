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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer writes, a rotator rotates in all ways and never waits for anybody, a sink has room or
 * not, all at random moments: what comes out is what was written, each line once. Lines that nobody
 * can have may be missing; what is left of one is reported.
 */
@Timeout(180)
class FollowStormTest {
  private static final int STEPS = 60;
  private static final List<Rotation> ROTATIONS = List.of(Rotation.values());

  @TempDir Path dir;

  @Test
  @Tag(Deep.TAG)
  void everyLineComesOnceThroughAnyRotation() throws Exception {
    try (DeepSearch storms = Deep.search("storms of rotations", 6, 2_000, 20_000)) {
      for (long seed = storms.seed(); storms.goesOn(); seed++) {
        storm(seed);
        storms.tried(1);
      }
    }
  }

  private void storm(long seed) throws Exception {
    Path work = Files.createDirectory(dir.resolve("storm-" + seed));
    var random = new Random(seed);
    Rotation rotation = ROTATIONS.get(random.nextInt(ROTATIONS.size()));
    boolean careless = random.nextInt(3) == 0;
    var log = new RotatedLog(work.resolve("app.log"), random, rotation, careless);
    var sink = new SettlingSink().settlingAtOnce();
    log.write(1);
    try (var running = Running.start(FileSource.builder(log.path()).follow(true).build(), sink)) {
      sink.await(1);
      for (int i = 0; i < STEPS; i++) {
        if (random.nextInt(10) == 0) {
          sink.stall(random.nextBoolean());
        }
        log.step();
      }
      sink.stall(false);
      log.reopen();
      log.write(1);
      try {
        Await.until(() -> missing(log, sink), List::isEmpty);
      } catch (AssertionError e) {
        throw new AssertionError(story(seed, rotation, careless, log, sink), e);
      }
    }
    List<String> came = sink.texts().stream().filter(new HashSet<>(log.lines())::contains).toList();
    List<String> wrong = wrong(log, sink);
    String story = story(seed, rotation, careless, log, sink);
    assertThat(wrong).as("no lines of the log; %s", story).isEmpty();
    assertThat(came).as("lines that came; %s", story).doesNotHaveDuplicates();
    if (!careless) {
      assertThat(sink.problems()).as("false alarms; %s", story).isEmpty();
    }
    delete(work);
  }

  /** Lines that should have come. */
  private static List<String> missing(RotatedLog log, SettlingSink sink) {
    var missing = new ArrayList<>(log.lines());
    missing.removeAll(new HashSet<>(sink.texts()));
    missing.removeIf(log::isLost);
    return missing;
  }

  /** What came and is no line of the log. */
  private static List<String> wrong(RotatedLog log, SettlingSink sink) {
    var wrong = new ArrayList<>(sink.texts());
    wrong.removeAll(new HashSet<>(log.lines()));
    wrong.removeIf(log::isPieceOfLost);
    return wrong;
  }

  private static String story(
      long seed, Rotation rotation, boolean careless, RotatedLog log, SettlingSink sink) {
    List<String> missing = missing(log, sink);
    return "seed %d, %s%s: %d are missing, such as %s; no lines of the log are %s; problems %s; %s"
        .formatted(
            seed,
            rotation,
            careless ? ", careless" : "",
            missing.size(),
            missing.subList(0, Math.min(4, missing.size())),
            wrong(log, sink),
            sink.problems(),
            log.history());
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
