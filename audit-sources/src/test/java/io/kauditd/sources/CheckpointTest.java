// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Await;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class CheckpointTest {
  @TempDir Path dir;
  private Path log;
  private Path checkpoint;

  @BeforeEach
  void name() {
    log = dir.resolve("app.log");
    checkpoint = dir.resolve("state").resolve("app.checkpoint");
  }

  private FileSource source() throws IOException {
    Files.createDirectories(checkpoint.getParent());
    return FileSource.builder(log)
        .follow(true)
        .checkpoint(checkpoint)
        .checkpointInterval(Duration.ofMillis(10))
        .build();
  }

  private void write(int from, int to) throws IOException {
    write(log, from, to);
  }

  private static void write(Path file, int from, int to) throws IOException {
    Files.writeString(
        file,
        String.join("", IntStream.range(from, to).mapToObj(i -> line(i) + "\n").toList()),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static String line(int i) {
    return "type=USER_CMD msg=audit(1600000000.000:" + i + "): n=" + i;
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n=" + i).toList();
  }

  /** Runs until so many records came, all of which are settled, and closes the source. */
  private List<String> run(int count) throws Exception {
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(count);
    }
    source.finish();
    assertThat(sink.problems()).isEmpty();
    return sink.texts();
  }

  /** Runs until 100 records came and the log was copied and truncated, and closes the source. */
  private FileSource runUntilTruncated(Path copy) throws Exception {
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(100);
      copyAndTruncate(copy);
      Await.until(
          "the checkpoint is at the start of an empty file",
          () -> Files.readString(checkpoint).contains(" offset 0 head 0+0= "));
    }
    return source;
  }

  @Test
  void theNextRunGoesOnWhereThisOneEnded() throws Exception {
    write(0, 100);
    assertThat(run(100)).isEqualTo(texts(0, 100));
    write(100, 110);
    assertThat(run(10)).isEqualTo(texts(100, 110));
    assertThat(run(0)).isEmpty();
  }

  @Test
  void rotatedFilesAreReadOnFirst() throws Exception {
    write(0, 100);
    run(100);
    write(100, 110);
    Files.move(log, dir.resolve("app.log.2"));
    write(dir.resolve("app.log.1"), 110, 120);
    write(120, 130);
    assertThat(run(30)).isEqualTo(texts(100, 130));
  }

  @Test
  void aFileThatWasCompressedMeanwhileIsReadOn() throws Exception {
    write(0, 100);
    run(100);
    write(100, 5000);
    Gzip.replace(log, dir.resolve("app.log.1.gz"));
    write(5000, 5010);
    assertThat(run(4910)).isEqualTo(texts(100, 5010));
  }

  /** Times tell nothing: a backup sets them, a clock is set back. */
  @Test
  void aCopyThatWasReadIsNotReadAgainHoweverYoungItLooks() throws Exception {
    write(0, 100);
    Path copy = dir.resolve("app.log.1");
    runUntilTruncated(copy);
    Files.setLastModifiedTime(copy, FileTime.from(Instant.now().plusSeconds(3600)));
    write(100, 110);
    assertThat(run(10)).isEqualTo(texts(100, 110));
  }

  @Test
  void aCopyThatWasNotReadIsReadHoweverOldItLooks() throws Exception {
    write(0, 100);
    runUntilTruncated(dir.resolve("app.log.2"));
    write(100, 110);
    copyAndTruncate(dir.resolve("app.log.1"));
    Files.setLastModifiedTime(dir.resolve("app.log.1"), FileTime.fromMillis(0));
    write(110, 120);
    assertThat(run(20)).isEqualTo(texts(100, 120));
  }

  /** The copy is there, and the log is as it was: it is truncated when the next run has begun. */
  @Test
  void aCopyOfTheLogIsToldFromItAlsoIfItWasMadeBeforeTheRun() throws Exception {
    write(0, 100);
    run(100);
    write(100, 110);
    Files.copy(log, dir.resolve("app.log.1"));
    var sink = new SettlingSink().settlingAtOnce();
    sink.room(5);
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(5);
      Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
      write(110, 120);
      sink.room(1000);
      sink.await(20);
    }
    assertThat(sink.texts()).isEqualTo(texts(100, 120));
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void aCopyOfWhatWasTruncatedMeanwhileIsReadOn() throws Exception {
    write(0, 100);
    run(100);
    write(100, 110);
    Files.copy(log, dir.resolve("app.log.1"));
    Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
    write(110, 500); // beyond where it was
    assertThat(run(400)).isEqualTo(texts(100, 500));
  }

  /** Every file begins as an empty one does. */
  @Test
  void aCopyOfWhatWasEmptyIsReadOn() throws Exception {
    write(0, 100);
    runUntilTruncated(dir.resolve("app.log.2")).finish();
    write(100, 200);
    copyAndTruncate(dir.resolve("app.log.1"));
    write(200, 210);
    assertThat(run(110)).isEqualTo(texts(100, 210));
  }

  private void copyAndTruncate(Path copy) throws IOException {
    Files.copy(log, copy);
    Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** The log is compressed by now: nobody knows that the copies are younger than it was. */
  @Test
  void aLineIsWholeWhoseRestIsInTheNextCopyOfALogThatIsCompressedByNow() throws Exception {
    write(0, 100);
    run(100);
    Files.writeString(log, line(100).substring(0, 30), StandardOpenOption.APPEND);
    Path older = dir.resolve("app.log.3");
    copyAndTruncate(older);
    Files.writeString(log, line(100).substring(30) + "\n", StandardOpenOption.APPEND);
    write(101, 110);
    awaitYoungerThan(older);
    copyAndTruncate(dir.resolve("app.log.2"));
    write(110, 120);
    Gzip.replace(log, dir.resolve("app.log.1.gz"));
    write(120, 130);
    assertThat(run(30)).isEqualTo(texts(100, 130));
  }

  /** Until a file that is made is not taken for one that was made in the same moment. */
  private void awaitYoungerThan(Path older) throws Exception {
    long bornNs = Objects.requireNonNull(FileStat.of(older)).id().birthNs();
    Path probe = dir.resolve("probe");
    Await.until(
        "a file is younger",
        () -> {
          Files.deleteIfExists(probe);
          FileStat made = Objects.requireNonNull(FileStat.of(Files.createFile(probe)));
          return bornNs == 0 || made.id().birthNs() - bornNs > TrailFile.CLOCK_GRAIN_NS;
        });
  }

  @Test
  void aLineThatEndsBehindACopyIsOneLine() throws Exception {
    write(0, 100);
    Files.writeString(log, line(100).substring(0, 30), StandardOpenOption.APPEND);
    run(100);
    copyAndTruncate(dir.resolve("app.log.1"));
    Files.writeString(log, line(100).substring(30) + "\n", StandardOpenOption.APPEND);
    write(101, 110);
    assertThat(run(10)).isEqualTo(texts(100, 110));
  }

  @Test
  void whatWasAddedToAFileThatWasLeftIsReadOnWhenItWasCompressed() throws Exception {
    write(0, 100);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    Path rotated = dir.resolve("app.log.1");
    try (var running = Running.start(source, sink)) {
      sink.await(100);
      Files.move(log, rotated);
      write(100, 110);
      sink.await(110);
    }
    source.finish();
    write(rotated, 1000, 1010);
    Gzip.replace(rotated, dir.resolve("app.log.1.gz"));
    assertThat(run(10)).isEqualTo(texts(1000, 1010));
    assertThat(run(0)).isEmpty();
  }

  @Test
  void whatIsNowhereAnyMoreIsReported() throws Exception {
    write(0, 100);
    run(100);
    long read = Files.size(log);
    Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
    write(200, 210);
    var sink = new SettlingSink().settlingAtOnce();
    try (var running = Running.start(source(), sink)) {
      sink.await(10);
    }
    assertThat(sink.texts()).isEqualTo(texts(200, 210));
    assertThat(sink.problems()).hasSize(1);
    assertThat(sink.problems().getFirst()).contains("no copy of it was found", "byte " + read);
  }

  @Test
  void whatWasAddedToAFileThatWasLeftIsReadOn() throws Exception {
    write(0, 100);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(100);
      Files.move(log, dir.resolve("app.log.1"));
      write(100, 110);
      sink.await(110);
    }
    source.finish();
    write(dir.resolve("app.log.1"), 1000, 1010);
    write(110, 120);
    assertThat(run(20))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(texts(1000, 1010).stream(), texts(110, 120).stream()).toList());
  }

  @Test
  void whatIsNotSettledComesAgain() throws Exception {
    write(0, 1000);
    var sink = new SettlingSink();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(1000);
      sink.settle(0);
    }
    source.finish();
    assertThat(run(1000)).isEqualTo(texts(0, 1000));
  }

  /** The checkpoint is behind what was delivered, as it is after a kill. */
  @Test
  void whatTheLogOfTheTransportHoldsIsNotDeliveredAgain() throws Exception {
    write(0, 1000);
    var sink = new SettlingSink();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(1000);
    }
    List<AuditRecord> delivered = sink.records().subList(0, 700);
    var next = new SettlingSink(delivered).settlingAtOnce();
    try (var running = Running.start(source(), next)) {
      next.await(300);
      write(1000, 1010);
      next.await(310);
    }
    assertThat(next.texts()).isEqualTo(texts(700, 1010));
  }

  /**
   * The first run reads the log and then what a late writer adds to the rotated file; the second
   * one reads the rotated file first, and is killed before it has read the log.
   */
  @Test
  void runsThatReadInDifferentOrdersAndAreKilledDeliverOnce() throws Exception {
    write(0, 100);
    var first = new SettlingSink();
    FileSource source = source();
    Path rotated = dir.resolve("app.log.1");
    try (var running = Running.start(source, first)) {
      first.await(100);
      Files.move(log, rotated);
      write(100, 110);
      first.await(110);
      write(rotated, 1000, 1010);
      first.await(120);
    }
    write(rotated, 1010, 3000);
    int room = 1000; // in the middle of the rotated file, some pieces behind its beginning
    var second = new SettlingSink(first.records()).settlingAtOnce();
    second.room(room);
    List<AuditRecord> delivered = new ArrayList<>(first.records());
    Path saved = dir.resolve("saved");
    try (var running = Running.start(source(), second)) {
      second.await(room);
      second.awaitCheckpoint();
      Files.copy(checkpoint, saved);
      delivered.addAll(second.records());
      second.room(Integer.MAX_VALUE);
    }
    Files.move(saved, checkpoint, StandardCopyOption.REPLACE_EXISTING); // as a kill left it
    write(3000, 3010);
    int left = 100 + 10 + 2000 + 10 - delivered.size();
    var third = new SettlingSink(delivered).settlingAtOnce();
    FileSource last = source();
    try (var running = Running.start(last, third)) {
      third.await(left);
      running.awaitBlocked("await");
    }
    last.finish();
    var all = new ArrayList<>(delivered.stream().map(AuditRecord::text).toList());
    all.addAll(third.texts());
    assertThat(all).doesNotHaveDuplicates().hasSize(100 + 10 + 2000 + 10);
    assertThat(run(0)).isEmpty();
  }

  @Test
  void equalLinesAreLeftOutAsOftenAsTheyWereDelivered() throws Exception {
    Files.writeString(log, "first\n" + "same\n".repeat(5) + "last\n");
    var sink = new SettlingSink();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(7);
    }
    var next = new SettlingSink(sink.records().subList(0, 3)).settlingAtOnce();
    try (var running = Running.start(source(), next)) {
      next.await(4);
      write(0, 1);
      next.await(5);
    }
    assertThat(next.texts()).containsExactly("same", "same", "same", "last", "n=0");
  }

  @Test
  void aSinkThatKnowsNothingIsNeverTakenForSettled() throws Exception {
    write(0, 10);
    for (int i = 0; i < 2; i++) {
      var sink = new CollectingSink();
      FileSource source = source();
      try (var running = Running.start(source, sink)) {
        sink.await(10);
      }
      source.finish();
      assertThat(sink.texts()).isEqualTo(texts(0, 10));
    }
  }

  /** As a link does that is switched back: the file is among those that were left. */
  @Test
  void aFileThatIsTheLogAgainIsReadOnAfterARestart() throws Exception {
    Path aside = dir.resolve("aside");
    write(0, 10);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(10);
      Files.move(log, aside);
      write(10, 20);
      sink.await(20);
      running.awaitBlocked("await");
    }
    source.finish();
    Files.move(log, dir.resolve("app.log.1"));
    Files.move(aside, log);
    write(20, 30);
    assertThat(run(10)).isEqualTo(texts(20, 30));
    write(30, 40);
    assertThat(run(10)).isEqualTo(texts(30, 40));
  }

  /** As a writer does that was killed in the middle of a line, when it is started again. */
  @Test
  void aTornLineThatItsWriterTakesBackIsNone() throws Exception {
    write(0, 100);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(100);
      long whole = Files.size(log);
      Files.writeString(log, line(100).substring(0, 30), StandardOpenOption.APPEND);
      running.awaitBlocked("await");
      cut(log, whole);
      write(100, 150); // at once beyond where the torn line ended
      sink.await(150);
      whole = Files.size(log);
      Files.writeString(log, "\0\0\0", StandardOpenOption.APPEND);
      running.awaitBlocked("await");
      cut(log, whole);
      running.awaitBlocked("await");
      write(150, 151);
      sink.await(151);
      Files.move(log, dir.resolve("app.log.1"));
      Files.writeString(log, line(151).substring(0, 30));
      running.awaitBlocked("await");
      cut(log, 0);
      write(151, 160);
      sink.await(160);
    }
    source.finish();
    assertThat(sink.texts()).isEqualTo(texts(0, 160));
    assertThat(sink.problems()).isEmpty();
    write(160, 161);
    assertThat(run(1)).isEqualTo(texts(160, 161));
  }

  private static void cut(Path file, long sizeBytes) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(sizeBytes);
    }
  }

  @Test
  void aFileThatWasCompressedWithZstdMeanwhileIsReadOn() throws Exception {
    write(0, 100);
    run(100);
    write(100, 5000);
    try (var out = new ZstdOutputStream(Files.newOutputStream(dir.resolve("app.log.1.zst")))) {
      Files.copy(log, out);
    }
    Files.delete(log);
    write(5000, 5010);
    assertThat(run(4910)).isEqualTo(texts(100, 5010));
  }

  @Test
  void aCheckpointIsNoFileOfTheLog() {
    for (String name : List.of("app.log", "app.log.1", "./app.log", "app.log-20261126")) {
      FileSourceBuilder builder = FileSource.builder(log).checkpoint(dir.resolve(name));
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("choose another");
    }
    FileSource.builder(log).checkpoint(dir.resolve("app.log.checkpoint")).build();
  }

  @Test
  void twoRunsDoNotShareACheckpoint() throws Exception {
    write(0, 10);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource first = source();
    try (var running = Running.start(first, sink)) {
      sink.await(10);
      assertThatThrownBy(() -> source().run(new SettlingSink()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot use the checkpoint " + checkpoint)
          .hasMessageContaining("is being written by");
    }
    first.finish();
    assertThat(run(0)).isEmpty();
    try (var files = Files.list(checkpoint.getParent())) {
      assertThat(files).containsExactly(checkpoint);
    }
  }

  @Test
  void aDirectoryOfTheCheckpointThatComesBackIsWrittenTo() throws Exception {
    write(0, 10);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(10);
      Path parent = checkpoint.getParent();
      Files.move(parent, dir.resolve("away"));
      Files.createDirectory(parent);
      write(10, 20);
      sink.await(20);
      Await.until(
          "the checkpoint is at the end of the file",
          () ->
              Files.exists(checkpoint)
                  && Files.readString(checkpoint).contains(" offset " + Files.size(log) + " "));
    }
    source.finish();
    write(20, 30);
    assertThat(run(10)).isEqualTo(texts(20, 30));
  }

  @Test
  void aCheckpointThatCannotBeWrittenIsAnErrorAtTheStartAndAProblemLater() throws Exception {
    write(0, 10);
    FileSource nowhere =
        FileSource.builder(log).checkpoint(dir.resolve("none").resolve("app.checkpoint")).build();
    assertThatThrownBy(() -> nowhere.run(new SettlingSink()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the directory " + dir.resolve("none") + " does not exist");
    Files.createDirectories(checkpoint.getParent());
    Files.createSymbolicLink(checkpoint, dir.resolve("elsewhere"));
    assertThatThrownBy(() -> source().run(new SettlingSink()))
        .hasMessageContaining("it is a symbolic link");
    Files.delete(checkpoint);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(10);
      Files.move(checkpoint.getParent(), dir.resolve("away"));
      write(10, 20);
      sink.await(20);
      Await.until(() -> sink.problems().size(), count -> count > 0);
      Files.move(dir.resolve("away"), checkpoint.getParent());
    }
    source.finish();
    assertThat(sink.problems()).hasSize(1);
    assertThat(sink.problems().getFirst()).startsWith("cannot write the checkpoint " + checkpoint);
    assertThat(run(0)).isEmpty();
  }

  @Test
  void aDamagedOrForeignCheckpointIsAnErrorThatNamesIt() throws Exception {
    write(0, 10);
    run(10);
    String good = Files.readString(checkpoint);
    for (String bad :
        List.of(
            "",
            "nonsense",
            good.substring(0, good.length() - 5),
            good.replace("offset 4", "offset 3"),
            good.replace("checkpoint 2", "checkpoint 3"))) {
      Files.writeString(checkpoint, bad);
      assertThatThrownBy(() -> source().run(new SettlingSink()))
          .as(bad)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(checkpoint.toString())
          .hasMessageContaining("nothing was read");
      assertThat(Files.readString(checkpoint)).isEqualTo(bad);
    }
    Files.writeString(checkpoint, good);
    log = dir.resolve("other.log");
    write(0, 1);
    assertThatThrownBy(() -> source().run(new SettlingSink()))
        .hasMessageContaining("it belongs to " + dir.resolve("app.log"));
  }

  @Test
  void theCheckpointFollowsWhatIsSettled() throws Exception {
    write(0, 100);
    var sink = new SettlingSink().settlingAtOnce();
    try (var running = Running.start(source(), sink)) {
      Await.until(
          "the checkpoint is at the end of the file",
          () ->
              Files.exists(checkpoint)
                  && Files.readString(checkpoint).contains(" offset " + Files.size(log) + " "));
      assertThat(Files.exists(checkpoint.resolveSibling("app.checkpoint.part"))).isFalse();
    }
  }

  @Test
  void startSaysWhereToBeginWithoutACheckpoint() throws Exception {
    write(0, 10);
    Files.writeString(log, "half", StandardOpenOption.APPEND);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource end = FileSource.builder(log).follow(true).start(StartAt.END).build();
    try (var running = Running.start(end, sink)) {
      running.awaitBlocked("await");
      Files.writeString(log, " and half\n", StandardOpenOption.APPEND);
      sink.await(1);
    }
    assertThat(sink.texts()).containsExactly("half and half");
    FileSource strict =
        FileSource.builder(log).checkpoint(dir.resolve("none")).start(StartAt.CHECKPOINT).build();
    assertThatThrownBy(() -> strict.run(sink)).hasMessageContaining("there is no checkpoint");
  }
}
