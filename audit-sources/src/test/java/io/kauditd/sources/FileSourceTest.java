// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.RecordType;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class FileSourceTest {
  private static final Path SAMPLE = Path.of("..", "samples", "audit.log");

  @TempDir Path dir;
  private Path file;
  private final CollectingSink sink = new CollectingSink();

  @BeforeEach
  void name() {
    file = dir.resolve("in.log");
  }

  private FileSource once(Path path) {
    return new FileSource(path, false, LineRules.of(RecordType.TRUSTED_APP));
  }

  private FileSource followed() {
    return new FileSource(file, true, LineRules.of(RecordType.TRUSTED_APP));
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text, ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String lines(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void theSampleComesOutByteForByteWithNothingToReport() throws Exception {
    once(SAMPLE).run(sink);
    assertThat(Logs.of(sink.records())).isEqualTo(Files.readString(SAMPLE, ISO_8859_1));
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void aLargeFileIsReadInChunks() throws Exception {
    write(lines(0, 100_000));
    once(file).run(sink);
    assertThat(sink.records()).hasSize(100_000);
    assertThat(sink.texts().getLast()).isEqualTo("line 99999");
    assertThat(sink.records().getLast().serial()).isEqualTo(100_000);
  }

  @Test
  void anEmptyFileHasNoRecords() throws Exception {
    write("");
    once(file).run(sink);
    assertThat(sink.records()).isEmpty();
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNamed() throws Exception {
    assertThatThrownBy(() -> once(file).run(sink))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot read " + file + ": no such file");
    assertThatThrownBy(() -> followed().run(sink))
        .hasMessage("cannot read " + file + ": no such file");
    assertThatThrownBy(() -> once(dir).run(sink))
        .hasMessage("cannot read " + dir + ": it is a directory");
    write("x");
    assertThatThrownBy(() -> once(file.resolve("y")).run(sink))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot read " + file.resolve("y") + ": ");
  }

  @Test
  void aFileWithoutPermissionIsNamed() throws Exception {
    write("x\n");
    Files.setPosixFilePermissions(file, java.util.Set.of());
    assumeTrue(!Files.isReadable(file), "whoever runs this may read everything");
    assertThatThrownBy(() -> once(file).run(sink))
        .hasMessage("cannot read " + file + ": permission denied");
  }

  @Test
  void aClosedSourceReadsNothing() throws Exception {
    write(lines(0, 10));
    var source = once(file);
    source.close();
    source.close();
    source.run(sink);
    assertThat(sink.records()).isEmpty();
  }

  @Test
  void aFollowedFileGoesOnWhereItEnded() throws Exception {
    write("line 0\nlin");
    try (var running = Running.start(followed(), sink)) {
      sink.await(1);
      write("e 1\nline 2\n");
      sink.await(3);
      write(lines(3, 20_000));
      sink.await(20_000);
    }
    assertThat(String.join("\n", sink.texts()) + "\n").isEqualTo(lines(0, 20_000));
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void followingSurvivesRotation() throws Exception {
    write(lines(0, 10));
    try (var running = Running.start(followed(), sink)) {
      sink.await(10);
      Path rotated = dir.resolve("in.log.1");
      Files.move(file, rotated);
      // Who writes has not noticed yet, and ends in the middle of a line.
      Files.writeString(rotated, lines(10, 12) + "torn", StandardOpenOption.APPEND);
      write("short\n");
      sink.await(14);
      Files.move(file, rotated, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      write(lines(0, 5));
      sink.await(19);
    }
    assertThat(String.join("\n", sink.texts()) + "\n")
        .isEqualTo(lines(0, 12) + "torn\nshort\n" + lines(0, 5));
    assertThat(sink.problems())
        .containsExactly("line 13: the input ended in the middle of it; taken as it was");
  }

  /** Files come and go all the time; whichever is there in the end must be the one that is read. */
  @Test
  void followingSurvivesRotationAtAnyMoment() throws Exception {
    Path old = Files.createDirectory(dir.resolve("old"));
    write("first\n");
    try (var running = Running.start(followed(), sink)) {
      sink.await(1);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
      for (int i = 0; System.nanoTime() < end && i < 100_000; i++) {
        Files.move(file, old.resolve("in.log." + i));
        Files.createFile(file);
      }
      write("last\n");
      sink.await(2);
    }
    assertThat(sink.texts()).containsExactly("first", "last");
  }

  @Test
  void aRotatedFileThatMayNotBeReadYetIsWaitedFor() throws Exception {
    write("first\n");
    try (var running = Running.start(followed(), sink)) {
      sink.await(1);
      Path next = Files.writeString(dir.resolve("next"), "second\n");
      Files.setPosixFilePermissions(next, java.util.Set.of());
      assumeTrue(!Files.isReadable(next), "whoever runs this may read everything");
      Files.move(file, dir.resolve("in.log.1"));
      Files.move(next, file);
      sink.awaitProblem("permission denied");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
      sink.await(2);
    }
    assertThat(sink.texts()).containsExactly("first", "second");
    assertThat(sink.problems())
        .containsExactly("cannot read " + file + ": permission denied; trying again");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsNoFileInThePlaceOfTheLogStopsNothing(boolean isPipe) throws Exception {
    write("");
    try (var running = Running.start(followed(), sink)) {
      running.awaitBlocked("await");
      Path old = Files.move(file, dir.resolve("in.log.1"));
      if (isPipe) {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
      } else {
        Files.createDirectory(file);
      }
      Files.writeString(old, "first\n", StandardOpenOption.APPEND);
      sink.await(1);
      sink.awaitProblem("not a regular file");
      Files.delete(file);
      write("second\n");
      sink.await(2);
    }
    assertThat(sink.texts()).containsExactly("first", "second");
    assertThat(sink.problems())
        .containsExactly("cannot read " + file + ": it is not a regular file; trying again");
  }

  @Test
  void followingSurvivesTruncation() throws Exception {
    write(lines(0, 10));
    try (var running = Running.start(followed(), sink)) {
      sink.await(10);
      Files.writeString(file, "after\n", StandardOpenOption.TRUNCATE_EXISTING);
      sink.await(11);
    }
    assertThat(sink.texts().getLast()).isEqualTo("after");
    assertThat(sink.problems())
        .containsExactly(file + " became shorter; reading it again from its start");
  }

  @Test
  void closingEndsFollowingAndHandsOverWhatWasRead() throws Exception {
    write("line 0\nhalf");
    var running = Running.start(followed(), sink);
    sink.await(1);
    running.awaitBlocked("await");
    running.end();
    assertThat(sink.texts()).containsExactly("line 0", "half");
  }

  private void makeNamedPipe() throws Exception {
    Process made;
    try {
      made = new ProcessBuilder("mkfifo", file.toString()).start();
    } catch (IOException e) {
      assumeTrue(false, "mkfifo is not installed");
      return;
    }
    assertThat(made.waitFor(120, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aNamedPipeIsReadUntilItsWriterEnds() throws Exception {
    makeNamedPipe();
    var running = Running.start(once(file), sink);
    Files.writeString(file, lines(0, 3), StandardOpenOption.WRITE);
    running.join();
    assertThat(sink.texts()).containsExactly("line 0", "line 1", "line 2");
  }

  @Test
  void closingEndsTheWaitForAWriterOfANamedPipe() throws Exception {
    makeNamedPipe();
    var running = Running.start(once(file), sink);
    running.awaitBlocked("open0");
    running.end();
  }

  @Test
  void aFollowedNamedPipeOutlivesItsWritersAndEndsWhenItIsClosed() throws Exception {
    makeNamedPipe();
    var running = Running.start(followed(), sink);
    Files.writeString(file, lines(0, 1), StandardOpenOption.WRITE);
    sink.await(1);
    Files.writeString(file, lines(1, 2), StandardOpenOption.WRITE);
    sink.await(2);
    running.awaitBlocked("read0");
    running.end();
    assertThat(sink.texts()).containsExactly("line 0", "line 1");
  }
}
