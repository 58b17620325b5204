// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kauditd.api.RecordType;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What may happen to a log between two looks at it, one look at a time. */
@Timeout(180)
class ChangeTest {
  @TempDir Path dir;
  private final CollectingSink sink = new CollectingSink();

  private static String lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "line " + i + "\n").collect(joining());
  }

  /** From the beginning of the log, nothing of which is read yet. */
  private Trail follow(Path log) throws IOException {
    var trail = new Trail(log, sink);
    var beginning = new Beginning(log, sink, new Stop());
    beginning.anew(StartAt.BEGINNING);
    beginning.begin(trail);
    return trail;
  }

  /** All lines before this one came once, in their order. */
  private void assertCame(int end) {
    assertThat(sink.texts().stream().collect(joining("\n", "", "\n"))).isEqualTo(lines(0, end));
  }

  private void readAll(Trail trail) throws IOException {
    var rules = LineRules.of(RecordType.TRUSTED_APP);
    new Follower(trail, new Stop(), sink, rules, false, null).run();
  }

  @Test
  void whatWasLeftAfterATruncationAndIsCompressedByNowComesOnce() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    try (Trail trail = follow(log)) {
      readAll(trail);
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, lines(10, 20), StandardOpenOption.TRUNCATE_EXISTING);
      Path rotated = Files.move(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(20, 30));
      compress(rotated);
      trail.look();
      readAll(trail);
    }
    assertCame(30);
    assertThat(sink.problems()).isEmpty();
  }

  /**
   * The log begins as the older of two copies does. The directory was listed just before, so most
   * likely the second look does not list it again.
   */
  @Test
  void anOlderCopyIsNoCopyOfTheLogThatBeginsAsItDoes() throws Exception {
    Path log = Files.createFile(dir.resolve("app.log"));
    try (Trail trail = follow(log)) {
      Files.createFile(dir.resolve("app.log.3"));
      trail.look();
      Files.writeString(log, "l");
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, "ine 0\n" + lines(1, 10), StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(10, 12), StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      readAll(trail);
      trail.look();
      readAll(trail);
    }
    assertCame(12);
    assertThat(sink.problems()).isEmpty();
  }

  /** The log held so little that an older copy, which is compressed by now, begins as it did. */
  @Test
  void aLargerFileThatWasReadIsNoCopyOfTheLogThatBeginsAsItDoes() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    try (Trail trail = follow(log)) {
      readAll(trail);
      Path older = Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, "l", StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      compress(older);
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, "ine 10\n" + lines(11, 20), StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      readAll(trail);
    }
    assertCame(20);
    assertThat(sink.problems()).isEmpty();
  }

  /** The log held next to nothing when it was copied again, which the log before it begins with. */
  @Test
  void aPieceThatWasCopiedAfterTheLogIsNoSecondCopyOfIt() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    try (Trail trail = follow(log)) {
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, "l", StandardOpenOption.TRUNCATE_EXISTING);
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      Files.writeString(log, "ine 10\n" + lines(11, 20));
      trail.look();
      readAll(trail);
    }
    assertCame(20);
    assertThat(sink.problems()).isEmpty();
  }

  /** The log was seen with a byte in it, and not read; the file before it is not known yet. */
  @Test
  void aFileBeforeALogOfAByteIsNoCopyOfIt() throws Exception {
    Path log = Files.createFile(dir.resolve("app.log"));
    try (Trail trail = follow(log)) {
      PlainFile current = (PlainFile) Objects.requireNonNull(trail.current());
      Files.writeString(log, lines(0, 10));
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, "l", StandardOpenOption.TRUNCATE_EXISTING);
      assertThat(current.look()).isTrue();
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, "ine 10\n" + lines(11, 20), StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      readAll(trail);
    }
    assertCame(20);
    assertThat(sink.problems()).isEmpty();
  }

  /** Of the log, only its first byte was known, which both copies begin with. */
  @Test
  void aCopyThatWasMadeAfterTheCopyOfALogOfAByteIsNoSecondCopyOfIt() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), "l");
    try (Trail trail = follow(log)) {
      Files.writeString(log, "ine 0\n" + lines(1, 10), StandardOpenOption.APPEND);
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, lines(10, 20), StandardOpenOption.TRUNCATE_EXISTING);
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      Files.writeString(log, lines(20, 30));
      trail.look();
      readAll(trail);
    }
    assertCame(30);
    assertThat(sink.problems()).isEmpty();
  }

  /** Somebody copied the log by hand, before it was rotated. */
  @Test
  void aCopyThatTheNextOneBeginsWithIsNotReadTwice() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    try (Trail trail = follow(log)) {
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, lines(10, 20), StandardOpenOption.APPEND);
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(20, 30), StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      readAll(trail);
    }
    assertCame(30);
    assertThat(sink.problems()).isEmpty();
  }

  /**
   * One thread has just asked which file to read, and another one finds a copy that comes before
   * it: the copy is not taken for the file that was read.
   */
  @Test
  void aCopyThatIsFoundWhileTheLogIsReadIsNotLeftUnread() throws Exception {
    Path log = Files.createFile(dir.resolve("app.log"));
    try (Trail trail = follow(log)) {
      TrailFile current = Objects.requireNonNull(trail.current());
      Files.writeString(log, lines(0, 10));
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(10, 20), StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      assertThat(trail.current()).isNotSameAs(current);
      assertThat(trail.mayLeave(current)).isFalse();
      trail.leave(current);
      readAll(trail);
    }
    assertCame(20);
    assertThat(sink.problems()).isEmpty();
  }

  private Follower follower(Trail trail) {
    return new Follower(trail, new Stop(), sink, LineRules.of(RecordType.TRUSTED_APP), true, null);
  }

  private static void readOn(Follower follower) throws IOException {
    while (follower.step()) {
      // the condition does it
    }
  }

  @Test
  void aLogThatGoesOnAsItHadBegunIsReadBehindItsCopy() throws Exception {
    goesOnAsItHadBegun(copy -> {}, false);
    assertCame(14);
  }

  @Test
  void aLogThatGoesOnAsItHadBegunIsReadBehindItsCopyThatIsCompressedByNow() throws Exception {
    goesOnAsItHadBegun(ChangeTest::compress, false);
    assertCame(14);
  }

  /** Nobody can say what was read: the end of the line is in the copy, and in the log another. */
  @Test
  void aCopyOfALogThatWentOnAsItHadBegunAndWasReadOnIsReadToo() throws Exception {
    goesOnAsItHadBegun(copy -> {}, true);
    assertCameInAnyOrder(14);
  }

  @Test
  void aCompressedCopyOfALogThatWentOnAsItHadBegunAndWasReadOnIsReadToo() throws Exception {
    goesOnAsItHadBegun(ChangeTest::compress, true);
    assertCameInAnyOrder(14);
  }

  /** The first bytes of a line are read; the log is truncated, and begins with the same ones. */
  private void goesOnAsItHadBegun(End ofCopy, boolean readsOn) throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), "li");
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      readOn(follower);
      Files.writeString(log, "ne 0\n" + lines(1, 10), StandardOpenOption.APPEND);
      ofCopy.of(Files.copy(log, dir.resolve("app.log.1")));
      Files.writeString(log, lines(10, 12) + "li", StandardOpenOption.TRUNCATE_EXISTING);
      if (readsOn) {
        readOn(follower);
      }
      trail.look();
      readOn(follower);
      Files.writeString(log, "ne 12\n" + lines(13, 14), StandardOpenOption.APPEND);
      trail.look();
      readOn(follower);
    }
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void aPieceThatWasCopiedComesBeforeItsRestAlsoIfTheLogBeginsWithIt() throws Exception {
    beginsWithThePiece(copy -> {}, false);
    assertCame(20);
  }

  @Test
  void aPieceThatIsCompressedByNowComesBeforeItsRestAlsoIfTheLogBeginsWithIt() throws Exception {
    beginsWithThePiece(ChangeTest::compress, false);
    assertCame(20);
  }

  @Test
  void aPieceThatWasCopiedComesBeforeItsRestAlsoIfARenamedLogBeginsWithIt() throws Exception {
    beginsWithThePiece(copy -> {}, true);
    assertCame(30);
  }

  /** A piece of a line is copied, and its rest is: the log begins as the piece does then. */
  private void beginsWithThePiece(End ofPiece, boolean renames) throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), "l");
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      readOn(follower);
      ofPiece.of(copyAfter(log, "app.log.3"));
      Files.writeString(log, "ine 0\n" + lines(1, 10), StandardOpenOption.TRUNCATE_EXISTING);
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, lines(10, 20), StandardOpenOption.TRUNCATE_EXISTING);
      if (renames) {
        Files.move(log, dir.resolve("app.log.1"));
        Files.writeString(log, lines(20, 30));
      }
      trail.look();
      readOn(follower);
    }
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void aPieceThatWasCopiedComesBeforeItsRestAlsoIfALaterCopyBeginsWithIt() throws Exception {
    isCopiedAgainAfterThePiece(false);
    assertCame(30);
  }

  @Test
  void aPieceThatWasCopiedIsReadAlsoIfALaterCopyBeginsWithItAndWasRead() throws Exception {
    isCopiedAgainAfterThePiece(true);
    assertCameInAnyOrder(30);
  }

  private void isCopiedAgainAfterThePiece(boolean readsOn) throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), "l");
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      readOn(follower);
      copyAfter(log, "app.log.3");
      Files.writeString(log, "ine 0\n" + lines(1, 10), StandardOpenOption.TRUNCATE_EXISTING);
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, lines(10, 15), StandardOpenOption.TRUNCATE_EXISTING);
      if (readsOn) {
        readOn(follower);
      }
      Files.writeString(log, lines(15, 20), StandardOpenOption.APPEND);
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(20, 30), StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      readOn(follower);
    }
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void aPieceThatWasCopiedAfterATruncationIsNoCopyOfTheLogBeforeIt() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    try (Trail trail = follow(log)) {
      readAll(trail);
      Files.writeString(log, "l", StandardOpenOption.TRUNCATE_EXISTING);
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, "ine 10\n" + lines(11, 20), StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      readAll(trail);
    }
    assertCame(20);
    assertThat(sink.problems()).hasSize(1).first().asString().contains("became shorter");
  }

  /** The reader knows less of it than the look before, and reads after the truncation. */
  @Test
  void aLogThatWasSeenAndGoesOnAsItsReaderKnowsItIsReadBehindItsCopy() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), "li");
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      readOn(follower);
      Files.writeString(log, "ne 0\n" + lines(1, 10), StandardOpenOption.APPEND);
      trail.look();
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(10, 20), StandardOpenOption.TRUNCATE_EXISTING);
      readOn(follower);
      trail.look();
      readOn(follower);
    }
    assertCame(20);
    assertThat(sink.problems()).isEmpty();
  }

  /** The log begins with a record, as it was copied and truncated once more since the last look. */
  @Test
  void aLineWhoseRestIsInACopyThatWasNotFoundYetIsWhole() throws Exception {
    String stamp = "type=TRUSTED_APP msg=audit(1642555588.123:7): ";
    Path log = Files.writeString(dir.resolve("app.log"), stamp + "line 0\n" + stamp + "li");
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      readOn(follower);
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
      trail.look();
      Files.writeString(log, "ne 1\n" + stamp + "line 2\n");
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, stamp + "line 3\n", StandardOpenOption.TRUNCATE_EXISTING);
      readOn(follower);
    }
    assertCame(4);
    assertThat(sink.problems()).isEmpty();
  }

  /** As logrotate's compress does without delaycompress, if the writer opens the log late. */
  @Test
  void whatIsWrittenToAFileWhileItIsCompressedComesOnceAndNothingTwice() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 1000));
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      readOn(follower);
      Path rotated = Files.move(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(1010, 1020));
      trail.look();
      readOn(follower);
      Gzip.write(rotated, dir.resolve("app.log.2.gz"));
      Files.writeString(rotated, lines(1000, 1010), StandardOpenOption.APPEND);
      Files.delete(rotated);
      Files.move(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(1020, 1030));
      trail.look();
      readOn(follower);
    }
    assertCameInAnyOrder(1030);
    assertThat(sink.problems()).isEmpty();
  }

  private void assertCameInAnyOrder(int end) {
    assertThat(sink.texts()).containsExactlyInAnyOrderElementsOf(lines(0, end).lines().toList());
  }

  /** Beside a log, with somebody who does something each time when they are listed. */
  private static final class RestlessSiblings extends Siblings {
    private final End each;
    private final Path log;
    private boolean isAtRest = true;

    RestlessSiblings(Path log, End each) {
      super(log);
      this.log = log;
      this.each = each;
    }

    @Override
    List<Sibling> listOnce() {
      try {
        if (!isAtRest) {
          each.of(log);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return super.listOnce();
    }
  }

  private Trail follow(Path log, Siblings siblings) throws IOException {
    var trail = new Trail(log, sink, siblings);
    var beginning = new Beginning(log, sink, new Stop());
    beginning.anew(StartAt.BEGINNING);
    beginning.begin(trail);
    return trail;
  }

  /** What may lie in a copy cannot be known, so nothing is read until it can. */
  @Test
  void aLogThatNeverStaysWhatItIsIsNotBegun() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    Path other = Files.writeString(dir.resolve("other"), lines(10, 20));
    var times = new int[1];
    var restless =
        new RestlessSiblings(
            log,
            path -> {
              if (times[0]++ % 2 == 0) { // it is listed until two lists agree
                swap(path, other);
              }
            });
    try (Trail trail = follow(log, restless)) {
      restless.isAtRest = false;
      Follower follower = follower(trail);
      readOn(follower);
      assertThat(sink.texts()).isEmpty();
      restless.isAtRest = true;
      if (times[0] / 2 % 2 == 1) {
        swap(log, other);
      }
      readOn(follower);
    }
    assertCame(10);
    assertThat(sink.problems()).isEmpty();
  }

  private static void swap(Path log, Path other) throws IOException {
    Path aside = log.resolveSibling("aside");
    Files.move(log, aside);
    Files.move(other, log);
    Files.move(aside, other);
  }

  @Test
  void rotatedFilesThatAreRenamedAllTheTimeAreFoundAtALaterLook() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    var restless = new RestlessSiblings(log, ChangeTest::renameRotated);
    try (Trail trail = follow(log, restless)) {
      Follower follower = follower(trail);
      readOn(follower);
      Files.writeString(log, lines(10, 15), StandardOpenOption.APPEND);
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(15, 20), StandardOpenOption.TRUNCATE_EXISTING);
      restless.isAtRest = false;
      readOn(follower);
      restless.isAtRest = true;
      renameBack(log);
      trail.look();
      readOn(follower);
    }
    assertCame(20);
    assertThat(sink.problems()).isEmpty();
  }

  /** To a name that is none of a rotated file, and back. */
  private static void renameRotated(Path log) throws IOException {
    Path rotated = log.resolveSibling("app.log.1");
    Path aside = log.resolveSibling("app.log.1.tmp");
    if (Files.exists(aside)) {
      Files.move(aside, rotated);
    } else if (Files.exists(rotated)) {
      Files.move(rotated, aside);
    }
  }

  private static void renameBack(Path log) throws IOException {
    if (!Files.exists(log.resolveSibling("app.log.1"))) {
      renameRotated(log);
    }
  }

  /** A link that is switched back, or a log that is moved back over the one after it. */
  @Test
  void aFileThatIsTheLogAgainIsReadOnFromWhereItWasLeft() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    Path aside = dir.resolve("aside");
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      for (int i = 10; i < 60; i += 20) {
        readOn(follower);
        Files.move(log, aside);
        Files.writeString(log, lines(i, i + 10));
        trail.look();
        readOn(follower);
        Files.writeString(
            aside, "li", StandardOpenOption.APPEND); // read before it is the log again
        readOn(follower);
        Files.move(aside, log, StandardCopyOption.REPLACE_EXISTING);
        trail.look();
        append(log, lines(i + 10, i + 20).substring(2));
        readOn(follower);
        trail.look();
        readOn(follower);
      }
    }
    assertCame(70);
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void aFileThatIsTheLogAgainBeforeItWasLeftComesOnce() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    Path aside = dir.resolve("aside");
    try (Trail trail = follow(log)) {
      Files.move(log, aside);
      Files.writeString(log, lines(10, 20));
      trail.look();
      Files.move(aside, log, StandardCopyOption.REPLACE_EXISTING);
      trail.look();
      Follower follower = follower(trail);
      readOn(follower);
      append(log, lines(20, 30));
      trail.look();
      readOn(follower);
    }
    assertCame(30);
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void aFileThatWasWrittenAnewBeforeItIsTheLogAgainIsReadFromItsStart() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    Path aside = dir.resolve("aside");
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      readOn(follower);
      Files.move(log, aside);
      Files.writeString(log, lines(10, 20));
      trail.look();
      readOn(follower);
      Files.writeString(aside, lines(20, 40), StandardOpenOption.TRUNCATE_EXISTING);
      Files.move(aside, log, StandardCopyOption.REPLACE_EXISTING);
      trail.look();
      readOn(follower);
      trail.look();
      readOn(follower);
    }
    assertCame(40);
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  @Test
  void noFileStaysOpenWhenALookFails() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    var restless = new RestlessSiblings(log, ChangeTest::renameRotated);
    try (Trail trail = follow(log, restless)) {
      Files.move(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(10, 20));
      restless.isAtRest = false;
      long open = openFiles();
      Follower follower = follower(trail);
      readOn(follower);
      assertThat(openFiles()).isEqualTo(open);
      restless.isAtRest = true;
      renameBack(log);
      trail.look();
      readOn(follower);
    }
    assertCame(20);
    assertThat(sink.problems()).isEmpty();
  }

  /** It was there, then could not be found, and then there was another: nothing was forbidden. */
  @Test
  void aLogThatIsRenamedInThisMomentIsNotSaidToBeForbidden() throws Exception {
    int rotations = 400;
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 1));
    try (Trail trail = follow(log)) {
      Follower follower = follower(trail);
      var rotator = new FutureTask<>(() -> rotate(log, rotations));
      Thread.ofPlatform().daemon().start(rotator);
      while (!rotator.isDone()) {
        trail.look();
        readOn(follower);
      }
      rotator.get();
      trail.look();
      readOn(follower);
    }
    assertThat(sink.problems()).isEmpty();
  }

  private static boolean rotate(Path log, int rotations) throws IOException {
    for (int i = 1; i <= rotations; i++) {
      Files.move(log, log.resolveSibling("old." + i)); // the name of another log's rotated file
      Files.writeString(log, lines(i, i + 1));
    }
    return true;
  }

  /** How many files of the test this process has open. */
  private long openFiles() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(this::isInDirectory).count();
    }
  }

  private boolean isInDirectory(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(dir.toRealPath());
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  /** The log begins as the copy does, and is another file by now. */
  @Test
  void aCopyOfWhatWasRotatedSinceIsNoCopyOfTheLogThatBeginsAsItDoes() throws Exception {
    Path log = Files.createFile(dir.resolve("app.log"));
    try (Trail trail = follow(log)) {
      Files.move(log, dir.resolve("app.log.3"));
      Files.writeString(log, "l");
      Files.copy(log, dir.resolve("app.log.2"));
      Files.writeString(log, "ine 0\n" + lines(1, 10), StandardOpenOption.TRUNCATE_EXISTING);
      Files.move(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(10, 20));
      trail.look();
      readAll(trail);
    }
    assertCame(20);
    assertThat(sink.problems()).isEmpty();
  }

  /** What was left after a truncation comes before the copy that ends in half of a line. */
  @Test
  void whatWasLeftAndIsCompressedByNowComesBeforeTheCopyBehindIt() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    try (Trail trail = follow(log)) {
      readAll(trail);
      Files.copy(log, dir.resolve("app.log.3"));
      Files.writeString(log, lines(10, 20), StandardOpenOption.TRUNCATE_EXISTING);
      Path rotated = Files.move(log, dir.resolve("app.log.2"));
      Files.writeString(log, lines(20, 30) + "line ");
      Files.copy(log, dir.resolve("app.log.1"));
      Files.writeString(log, "30\n" + lines(31, 40), StandardOpenOption.TRUNCATE_EXISTING);
      compress(rotated);
      trail.look();
      readAll(trail);
    }
    assertCame(40);
    assertThat(sink.problems()).isEmpty();
  }

  /** What was left after a truncation is deleted by now, and the file behind it is not complete. */
  @Test
  void whatIsWrittenBehindATruncatedLogThatIsDeletedByNowComesBehindItAndWhole() throws Exception {
    Path log = Files.writeString(dir.resolve("app.log"), lines(0, 10));
    try (Trail trail = follow(log)) {
      readAll(trail);
      Files.writeString(log, lines(10, 15), StandardOpenOption.TRUNCATE_EXISTING);
      Path rotated = Files.move(log, dir.resolve("app.log.2"));
      Path last = Files.writeString(createAfter(rotated, "app.log.1"), lines(15, 20));
      Files.delete(rotated);
      trail.look();
      readAll(trail);
      Files.writeString(last, lines(20, 30), StandardOpenOption.APPEND);
      Files.writeString(log, lines(30, 40));
      trail.look();
      readAll(trail);
    }
    assertCame(40);
    assertThat(sink.problems()).hasSize(1).first().asString().contains("became shorter");
  }

  /** The log was not begun, was truncated once, and is compressed by now; another one is there. */
  @Test
  void aPieceThatWasCopiedComesBeforeItsRestThatIsCompressedByNow() throws Exception {
    Path log = Files.createFile(dir.resolve("app.log"));
    try (Trail trail = follow(log)) {
      Files.writeString(log, "line");
      copyAfter(log, "app.log.3");
      Files.writeString(log, " 0\n" + lines(1, 10), StandardOpenOption.TRUNCATE_EXISTING);
      Path rotated = Files.move(log, dir.resolve("app.log.2"));
      Files.writeString(dir.resolve("app.log.1"), lines(10, 20));
      Files.writeString(log, lines(20, 30));
      compress(rotated);
      trail.look();
      readAll(trail);
    }
    assertCame(30);
    assertThat(sink.problems()).isEmpty();
  }

  /** Nobody has seen when it was written to: its name was gone by then. */
  @Test
  void aFileThatWasEmptyAndIsCompressedByNowIsReadAlsoBehindAYoungerLog() throws Exception {
    Path log = Files.createFile(dir.resolve("app.log"));
    try (Trail trail = follow(log)) {
      Path filled = createAfter(log, "app.log.1");
      trail.look();
      Files.move(log, dir.resolve("app.log.3"));
      createAfter(filled, "app.log");
      trail.look();
      Files.writeString(filled, lines(0, 10));
      Gzip.replace(filled, dir.resolve("app.log.2.gz"));
      Files.writeString(log, lines(10, 20));
      Files.move(log, dir.resolve("app.log.1"));
      Files.writeString(log, lines(20, 30));
      trail.look();
      readAll(trail);
    }
    assertCame(30);
    assertThat(sink.problems()).isEmpty();
  }

  /** What becomes of a file. */
  private interface End {
    void of(Path file) throws IOException;
  }

  @Test
  void whatIsWrittenBehindALogThatIsCompressedByNowComesBehindItAndWhole() throws Exception {
    behindALogThatIsGone(ChangeTest::compress);
  }

  @Test
  void whatIsWrittenBehindALogThatIsDeletedByNowComesBehindItAndWhole() throws Exception {
    behindALogThatIsGone(Files::delete);
  }

  private void behindALogThatIsGone(End end) throws Exception {
    Path log = Files.createFile(dir.resolve("app.log"));
    try (Trail trail = follow(log)) {
      Files.writeString(log, lines(0, 10));
      Path rotated = Files.move(log, dir.resolve("app.log.2"));
      Path last = Files.writeString(createAfter(rotated, "app.log.1"), lines(10, 20));
      end.of(rotated);
      trail.look(); // nothing stands at the path: its writer has not opened it again
      readAll(trail);
      Files.writeString(last, lines(20, 30), StandardOpenOption.APPEND);
      Files.writeString(log, lines(30, 40));
      trail.look();
      readAll(trail);
    }
    assertCame(40);
    assertThat(sink.problems()).isEmpty();
  }

  /** The clock of a file system goes in steps, and may not go on between two files. */
  private Path createAfter(Path older, String name) throws IOException {
    long bornNs = bornNs(older);
    assumeThat(bornNs).as("the file system knows births").isPositive();
    Path made = dir.resolve(name);
    while (bornNs(Files.createFile(made)) <= bornNs) {
      Files.delete(made);
    }
    return made;
  }

  /** A copy that is younger than the log, and not only as young. */
  private Path copyAfter(Path log, String name) throws IOException {
    return Files.copy(log, createAfter(log, name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static long bornNs(Path file) {
    return Objects.requireNonNull(FileStat.of(file)).id().birthNs();
  }

  private static void compress(Path file) throws IOException {
    Gzip.replace(file, file.resolveSibling(file.getFileName() + ".gz"));
  }
}
