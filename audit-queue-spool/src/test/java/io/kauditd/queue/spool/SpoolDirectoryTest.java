// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.add;
import static io.kauditd.queue.spool.Spools.numbers;
import static io.kauditd.queue.spool.Spools.open;
import static io.kauditd.queue.spool.Spools.pollAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories a spool takes, whom it shares them with, and how large it grows there. */
class SpoolDirectoryTest {
  @TempDir Path dir;
  private Path real;
  private Path spool;

  @BeforeEach
  void namePlaces() throws IOException {
    real = dir.toRealPath();
    spool = real.resolve("spool");
  }

  /** A check says the same before, and what is refused leaves nothing behind. */
  private AbstractThrowableAssert<?, ? extends Throwable> refusal(Path path) throws IOException {
    List<Path> before = everything();
    Throwable refused = catchThrowable(() -> open(path).close());
    assertThat(everything()).isEqualTo(before);
    assertThatThrownBy(() -> SpoolDirectory.check(path)).hasMessage(refused.getMessage());
    return assertThat(refused).isInstanceOf(IOException.class);
  }

  private List<Path> everything() throws IOException {
    try (var all = Files.walk(real)) {
      return all.sorted().toList();
    }
  }

  private static void chmod(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void whatItMakesIsForItsOwnerAlone() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 1);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spool)))
          .isEqualTo("rwx------");
      try (var files = Files.list(spool)) {
        assertThat(files)
            .hasSize(3)
            .allSatisfy(file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void twoQueuesOfAProgramDoNotShareOne() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 1);
      Path link = Files.createSymbolicLink(real.resolve("link"), spool);
      for (Path path : new Path[] {spool, link}) {
        refusal(path)
            .hasMessage(
                "the spool %s is in use by another queue of this process (%d); give each queue a"
                    + " directory of its own",
                spool, ProcessHandle.current().pid());
      }
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 1));
    }
    open(spool).close();
  }

  @Test
  void aDirectoryThatIsNoneAndOneThatHoldsOtherThingsIsRefused() throws IOException {
    Path file = Files.writeString(real.resolve("file"), "x");
    refusal(file).hasMessage(file + " is not a directory; choose one for the spool");
    refusal(real.resolve("no").resolve("where"))
        .hasMessage("the directory " + real.resolve("no") + " does not exist; create it");
    refusal(file.resolve("where"))
        .hasMessage("cannot make the directory " + file.resolve("where") + ": Not a directory");
    Path link = Files.createSymbolicLink(real.resolve("link"), real.resolve("gone"));
    refusal(link).hasMessage(link + " is not a directory; choose one for the spool");
    Path home = Files.createDirectory(real.resolve("home"));
    Files.writeString(home.resolve("letter"), "dear");
    refusal(home)
        .hasMessage(
            "the directory " + home + " is not empty, and no spool; choose another for the spool");
    assertThat(home.resolve("letter")).hasContent("dear");
  }

  @Test
  void aDirectoryThatOthersMayWriteToIsRefused() throws IOException {
    Path shared = Files.createDirectory(real.resolve("shared"));
    Path inner = Files.createDirectory(shared.resolve("inner"));
    chmod(shared, "rwxrwxrwx");
    refusal(shared)
        .hasMessageStartingWith("the directory " + shared + " is writable for others than its");
    refusal(inner)
        .hasMessageStartingWith("the directory " + shared + " is writable for everyone, so that");
    refusal(shared.resolve("new"))
        .hasMessageStartingWith("the directory " + shared + " is writable for everyone, so that");
    chmod(shared, "rwxr-xr-x");
    open(inner).close();
  }

  @Test
  void aDirectoryOfAnotherUserIsRefused() throws IOException {
    Path theirs = Files.createDirectory(real.resolve("theirs"));
    chmod(theirs, "rwxr-xr-x");
    try {
      Files.setAttribute(theirs, "unix:uid", 1);
    } catch (FileSystemException e) {
      assumeFalse(true, "skipped: only root gives directories away");
    }
    refusal(theirs)
        .hasMessage(
            "the directory " + theirs + " belongs to another user; choose a directory of your own");
  }

  @Test
  void whatCannotBeReadStopsTheStartAndIsKept() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 200);
    }
    Path segment = Spools.segments(spool).get(1);
    chmod(segment, "---------");
    assumeFalse(Files.isReadable(segment), "skipped: root may read everything");

    refusal(spool)
        .hasMessageStartingWith("cannot open the spool " + spool + ": cannot read the segment ")
        .hasMessageContaining(segment + "")
        .hasMessageContaining("Permission denied");

    chmod(segment, "rw-------");
    try (SpoolQueue queue = open(spool)) {
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 200));
    }
    chmod(spool, "---------");
    refusal(spool).hasMessageContaining("Permission denied").hasMessageContaining(spool + "");
    chmod(spool, "r-x------");
    Files.setPosixFilePermissions(
        spool.resolve("acknowledged"), PosixFilePermissions.fromString("r--------"));
    refusal(spool).hasMessageContaining("Permission denied");
    chmod(spool, "rwx------");
  }

  @Test
  void otherFilesInItAreLeftAlone() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 200);
    }
    Path segment = Spools.segments(spool).get(0);
    Path backup = Files.copy(segment, spool.resolve(segment.getFileName() + "~"));
    Path odd = Files.writeString(spool.resolve("ffffffffffffffff-00000000.seg"), "not ours");
    Path note = Files.writeString(spool.resolve("README"), "do not touch");
    Path directory = Files.createDirectory(spool.resolve("0000000000000002-00000000.seg"));
    Path link = spool.resolve("0000000000000003-00000000.seg");
    Files.createSymbolicLink(link, segment);

    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.lost()).isZero();
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 200));
      queue.acknowledge(200);
    }

    try (var files = Files.list(spool)) {
      assertThat(files)
          .contains(backup, odd, note, directory, link)
          .doesNotContain(segment)
          .hasSize(5 + 2);
    }
  }

  @Test
  void aSegmentThatIsFarTooLongIsReadAsFarAsOneCanBe() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 3);
    }
    Path segment = Spools.segments(spool).get(0);
    try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.setLength(1L << 40); // sparse
    }
    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.lost()).isZero();
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 3));
    }
  }

  @Test
  void itsSizeStaysWithinItsBoundAndWhatWasAcknowledgedMakesRoom() throws IOException {
    try (SpoolQueue queue =
        SpoolQueue.builder(spool)
            .maxSizeBytes(SpoolBuilder.MIN_SIZE_BYTES)
            .segmentSizeBytes(SpoolBuilder.MIN_SEGMENT_BYTES)
            .open()) {
      long next = 1;
      for (int turn = 0; turn < 20; turn++) {
        while (queue.add(AuditRecord.of(1300, 0, next, "x".repeat(200)), Integer.MAX_VALUE)) {
          next++;
        }
        assertThat(sizeBytes())
            .isBetween(SpoolBuilder.MIN_SIZE_BYTES / 2, SpoolBuilder.MIN_SIZE_BYTES);
        int some = queue.size() / 2;
        for (int i = 0; i < some; i++) {
          assertThat(queue.poll()).isNotNull();
        }
        queue.acknowledge(some);
      }
      assertThat(next).isGreaterThan(2_000);
    }
  }

  private long sizeBytes() throws IOException {
    long size = 0;
    for (Path segment : Spools.segments(spool)) {
      size += Files.size(segment);
    }
    return size;
  }

  @Test
  void aRecordThatIsTooLongIsRefusedAndTheNextIsTaken() throws IOException {
    try (SpoolQueue queue = open(spool)) {
      var record = AuditRecord.of(1300, 0, 7, "x".repeat(Frame.MAX_BODY_BYTES));
      assertThatThrownBy(() -> queue.add(record, 10))
          .isInstanceOf(IOException.class)
          .hasMessage("record 7 is longer than the 1048576 bytes that a spool takes");
      String longest = "ü".repeat((Frame.MAX_BODY_BYTES - Frame.FIXED_BODY_BYTES) / 2);
      assertThat(queue.add(AuditRecord.of(1300, 0, 8, longest), 10)).isTrue();
      assertThat(queue.poll()).isEqualTo(AuditRecord.of(1300, 0, 8, longest));
    }
  }

  @Test
  void afterItWasClosedItTakesNothing() throws IOException {
    SpoolQueue queue = open(spool);
    queue.close();
    queue.close();
    assertThatThrownBy(() -> queue.add(Spools.record(1), 10))
        .isInstanceOf(IOException.class)
        .hasMessage(spool + " is closed");
  }

  @Test
  void closingTwiceDoesNotTakeTheDirectoryFromWhoHasItNow() throws Exception {
    Path spool = dir.resolve("twice");
    SpoolQueue first = open(spool);
    first.close();
    try (SpoolQueue second = open(spool)) {
      first.close();
      assertThatThrownBy(() -> open(spool)).hasMessageContaining("in use by another queue of this");
      assertThat(descriptorsOf(spool.resolve(DirectoryLock.FILE)))
          .as("a second descriptor, which would end the lock when it is collected")
          .isEqualTo(1);
      assertThat(second.size()).isZero();
    }
  }

  private static long descriptorsOf(Path file) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.exists(descriptors), "there is no /proc here");
    String wanted = file.toRealPath().toString();
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(each -> leadsTo(each, wanted)).count();
    }
  }

  private static boolean leadsTo(Path descriptor, String wanted) {
    try {
      return Files.readSymbolicLink(descriptor).toString().equals(wanted);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
