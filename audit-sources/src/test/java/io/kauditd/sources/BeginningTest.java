// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.RecordType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a log while it is found out where to begin. */
@Timeout(180)
class BeginningTest {
  @TempDir Path dir;
  private Path log;
  private final SettlingSink sink = new SettlingSink().settlingAtOnce();

  @BeforeEach
  void write() throws IOException {
    log = dir.resolve("app.log");
    Files.writeString(dir.resolve("app.log.1"), "old\n");
    Files.writeString(log, "first\n");
  }

  /** Renames the log, and makes another one, which is renamed as well. */
  private void rotateTwice() throws IOException {
    Files.move(dir.resolve("app.log.1"), dir.resolve("app.log.3"));
    Files.move(log, dir.resolve("app.log.2"));
    Files.writeString(dir.resolve("new"), "second\n");
    Files.move(dir.resolve("new"), log);
    Files.move(log, dir.resolve("app.log.1"));
    Files.writeString(log, "third\n");
  }

  /** Follows what was found until so many records came, the last of which is the log's. */
  private List<String> follow(Beginning beginning, int count) throws Exception {
    var stop = new Stop();
    try (var trail = new Trail(log, sink)) {
      beginning.begin(trail);
      var follower =
          new Follower(trail, stop, sink, LineRules.of(RecordType.TRUSTED_APP), true, null);
      Thread thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  follower.run();
                } catch (IOException e) {
                  sink.problem(e.toString());
                }
              });
      try {
        sink.await(count);
      } finally {
        stop.now();
        thread.join();
      }
    }
    assertThat(sink.problems()).isEmpty();
    return sink.texts();
  }

  /** The places of a run that has just begun. */
  private Progress.Places places(StartAt start) throws IOException {
    try (var trail = new Trail(log, sink)) {
      var beginning = new Beginning(log, sink, new Stop());
      beginning.anew(start);
      beginning.begin(trail);
      return Objects.requireNonNull(trail.places(0, part -> 0));
    }
  }

  @Test
  void aLogThatCameAndWentBeforeItWasFollowedIsRead() throws Exception {
    var beginning = new Beginning(log, sink, new Stop());
    beginning.anew(StartAt.BEGINNING);
    rotateTwice();
    assertThat(follow(beginning, 3)).containsExactly("first", "second", "third");
  }

  @Test
  void aLogThatCameAndWentBeforeItWasFollowedFurtherIsRead() throws Exception {
    Progress.Places places = places(StartAt.END);
    var beginning = new Beginning(log, sink, new Stop());
    beginning.goOn(new Checkpoint(log.toString(), places, List.of(), List.of(), false));
    rotateTwice();
    assertThat(follow(beginning, 2)).containsExactly("second", "third");
  }
}
