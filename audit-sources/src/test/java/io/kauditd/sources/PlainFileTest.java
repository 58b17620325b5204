// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.files.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What may happen to a log within one look at it, before each of its steps. */
@Timeout(180)
class PlainFileTest {
  private static final int ROOM_BYTES = 4096;

  @TempDir Path dir;

  /** A try ends false if nothing happened, as the look had fewer steps. */
  private interface Try {
    boolean happens(Path log, int step) throws IOException;
  }

  private void beforeEachStep(Try one) throws IOException {
    int steps = 0;
    for (Path work = dir.resolve("0"); ; work = dir.resolve("" + ++steps)) {
      Path log = Files.createDirectory(work).resolve("app.log");
      if (!one.happens(log, steps)) {
        break;
      }
    }
    assertThat(steps).isPositive();
  }

  private static String lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "line " + i + "\n").collect(joining());
  }

  private static PlainFile part(Path log, FileChannel channel) {
    return new PlainFile(log, Objects.requireNonNull(FileStat.of(log)).id(), 0, channel);
  }

  private static Path copyOf(Path log) {
    return log.resolveSibling("app.log.1");
  }

  private static void copyAndTruncate(Path log) throws IOException {
    Files.copy(log, copyOf(log));
    Files.writeString(log, lines(100, 400), StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Test
  void aLogThatIsTruncatedAndWrittenAnewWithinALookHasNotGrown() throws Exception {
    beforeEachStep((log, step) -> {
      Files.writeString(log, lines(0, 1));
      try (var channel = new SteppedChannel(FileChannel.open(log, StandardOpenOption.READ))) {
        PlainFile part = part(log, channel);
        assertThat(part.look()).isTrue();
        assertThat(part.read(ByteBuffer.allocate(ROOM_BYTES))).isPositive();
        Files.writeString(log, lines(1, 20), StandardOpenOption.APPEND);
        channel.after(step, () -> copyAndTruncate(log));
        boolean isWhatItWas = part.look();
        boolean happened = channel.hasHappened();
        if (happened) {
          assertThat(isWhatItWas && part.look()).as("step %d", step).isFalse();
          assertThat(part.goesOnAfterCut()).as("step %d", step).isFalse();
          PlainFile copy = PlainFile.open(copyOf(log));
          assertThat(Contents.isCopy(copy, part)).as("step %d", step).isTrue();
          copy.close();
        }
        return happened;
      }
    });
  }

  @Test
  void aFileThatIsTruncatedAtTheFirstLookIsSeenAsOneOfBoth() throws Exception {
    beforeEachStep((log, step) -> {
      Files.writeString(log, lines(0, 20));
      try (var channel = new SteppedChannel(FileChannel.open(log, StandardOpenOption.READ))) {
        PlainFile part = part(log, channel);
        channel.after(step, () -> copyAndTruncate(log));
        part.look();
        boolean happened = channel.hasHappened();
        if (happened && part.knownBytes() > 0 && !part.look()) {
          PlainFile copy = PlainFile.open(copyOf(log));
          assertThat(Contents.isCopy(copy, part)).as("step %d", step).isTrue();
          copy.close();
        }
        return happened;
      }
    });
  }

  @Test
  void aLogThatIsTruncatedWhileTheEndOfItsLineIsFoundCutOffDoesNotGoOn() throws Exception {
    beforeEachStep((log, step) -> {
      Files.writeString(log, lines(0, 3) + "lin");
      try (var channel = new SteppedChannel(FileChannel.open(log, StandardOpenOption.READ))) {
        PlainFile part = part(log, channel);
        assertThat(part.read(ByteBuffer.allocate(ROOM_BYTES))).isPositive();
        long position = part.position();
        Files.writeString(log, lines(0, 20), StandardOpenOption.TRUNCATE_EXISTING);
        channel.after(step, () -> copyAndTruncate(log));
        boolean goesOn = part.goesOnAfterCut();
        boolean happened = channel.hasHappened();
        if (happened) {
          assertThat(goesOn && part.look()).as("step %d", step).isFalse();
          assertThat(part.position())
              .as("step %d", step)
              .isEqualTo(goesOn ? part.lineStart() : position);
        }
        return happened;
      }
    });
  }

  /** It was looked at by its name before, and after; what was opened in between was another one. */
  @Test
  void aFileThatWasFoundIsOpenedWhateverHasItsNameByNow() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 1));
    try (Place place = Place.at(log)) {
      FileStat found = FileStat.of(place);
      Files.move(log, copyOf(log));
      assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor()).isZero();
      PlainFile part = PlainFile.open(log, place);
      assertThat(part.id()).isEqualTo(found.id());
      assertThat(part.id().inode()).isEqualTo(Files.getAttribute(copyOf(log), "unix:ino"));
      assertThat(part.knownBytes()).isEqualTo(lines(0, 1).length());
      part.close();
    }
    assertThatThrownBy(() -> PlainFile.open(log)).hasMessage(FileStat.NOT_REGULAR);
  }

  @Test
  void whatWasReadIsComparedToo() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), "# header\n");
    try (var channel = FileChannel.open(log, StandardOpenOption.READ)) {
      PlainFile part = part(log, channel);
      assertThat(part.look()).isTrue();
      Files.writeString(log, lines(0, 20), StandardOpenOption.APPEND);
      assertThat(part.read(ByteBuffer.allocate(ROOM_BYTES))).isPositive();
      Files.writeString(log, "# header\n" + lines(100, 400), StandardOpenOption.TRUNCATE_EXISTING);
      assertThat(part.look()).isFalse();
    }
  }
}
