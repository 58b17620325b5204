// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.add;
import static io.kauditd.queue.spool.Spools.numbers;
import static io.kauditd.queue.spool.Spools.open;
import static io.kauditd.queue.spool.Spools.pollAll;
import static io.kauditd.queue.spool.Spools.record;
import static io.kauditd.queue.spool.Spools.segments;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spools whose files were cut short, changed, or taken away. */
class DamageTest {
  private static final int RECORDS = 5;

  @TempDir Path dir;
  private Path original;
  private int copies;

  @BeforeEach
  void makeSpool() throws IOException {
    original = dir.resolve("original");
    try (SpoolQueue queue = open(original)) {
      add(queue, 1, RECORDS);
    }
  }

  private Path copy() throws IOException {
    return Spools.copy(original, dir.resolve("copy" + copies++));
  }

  private static Path onlySegment(Path spool) throws IOException {
    List<Path> segments = segments(spool);
    assertThat(segments).hasSize(1);
    return segments.get(0);
  }

  /** Where each frame ends. */
  private int[] ends() throws IOException {
    int length = (int) Files.size(onlySegment(original)) / RECORDS;
    int[] ends = new int[RECORDS + 1];
    Arrays.setAll(ends, i -> i * length);
    return ends;
  }

  /** The first record whose frame reaches behind a byte, counted from 0. */
  private static int recordAt(int[] ends, int at) {
    int record = 0;
    while (ends[record + 1] <= at) {
      record++;
    }
    return record;
  }

  /** As a program leaves it that is killed while it writes, before the end of its first pass. */
  private Path killed() throws IOException {
    Path spool = dir.resolve("killed");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, RECORDS);
      return Spools.copy(spool, dir.resolve("copy" + copies++));
    } finally {
      Spools.delete(spool);
    }
  }

  @Test
  void aFrameThatWasNeverWholeIsCutOffAndNotCounted() throws IOException {
    int[] ends = ends();
    for (int cut = 0; cut < ends[RECORDS]; cut++) {
      Path spool = killed();
      Path segment = onlySegment(spool);
      Files.write(segment, Arrays.copyOf(Files.readAllBytes(segment), cut));
      int whole = recordAt(ends, cut);
      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.recovered()).as("cut at %d", cut).isEqualTo(whole);
        assertThat(queue.lost()).as("a torn record was never taken").isZero();
        add(queue, 100, 101);
        var left = new ArrayList<>(numbers(1, whole));
        left.addAll(numbers(100, 101));
        assertThat(pollAll(queue)).as("cut at %d", cut).isEqualTo(left);
      }
      Spools.delete(spool);
    }
  }

  @Test
  void recordsThatWereTakenAndAreCutOffAreCounted() throws IOException {
    int[] ends = ends();
    for (int cut = 0; cut < ends[RECORDS]; cut++) {
      Path spool = copy();
      Path segment = onlySegment(spool);
      Files.write(segment, Arrays.copyOf(Files.readAllBytes(segment), cut));
      int whole = recordAt(ends, cut);
      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.recovered()).as("cut at %d", cut).isEqualTo(RECORDS);
        assertThat(queue.lost()).as("cut at %d", cut).isEqualTo(RECORDS - whole);
        add(queue, 100, 101);
      }
      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.lost()).as("counted once, cut at %d", cut).isZero();
        var left = new ArrayList<>(numbers(1, whole));
        left.addAll(numbers(100, 101));
        assertThat(pollAll(queue)).as("cut at %d", cut).isEqualTo(left);
      }
      Spools.delete(spool);
    }
  }

  @Test
  void theNewestSegmentsThatAreGoneAreCountedOnce() throws IOException {
    Path spool = dir.resolve("long");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 500);
    }
    int count = segments(spool).size();
    for (int left = 0; left < count; left++) {
      Path copy = Spools.copy(spool, dir.resolve("copy" + copies++));
      List<Path> all = segments(copy);
      long there = firstOf(all.get(left)) - 1;
      for (Path gone : all.subList(left, count)) {
        Files.delete(gone);
      }
      try (SpoolQueue queue = open(copy)) {
        assertThat(queue.recovered()).isEqualTo(500);
        assertThat(queue.lost()).isEqualTo(500 - there);
        assertThat(queue.size()).isEqualTo((int) there);
      }
      try (SpoolQueue queue = open(copy)) {
        assertThat(queue.lost()).as("counted once").isZero();
        assertThat(pollAll(queue)).isEqualTo(numbers(1, there));
        add(queue, 501, 501);
        queue.acknowledge((int) there);
      }
      try (SpoolQueue queue = open(copy)) {
        assertThat(queue.lost()).as("counted once").isZero();
        assertThat(pollAll(queue)).isEqualTo(numbers(501, 501));
      }
      Spools.delete(copy);
    }
  }

  @Test
  void aFlippedByteAnywhereLosesOneRecordAndCountsIt() throws IOException {
    int[] ends = ends();
    byte[] bytes = Files.readAllBytes(onlySegment(original));
    for (int at = 0; at < bytes.length; at++) {
      Path spool = copy();
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      Files.write(onlySegment(spool), changed);
      long damaged = 1L + recordAt(ends, at);
      List<Long> left = numbers(1, RECORDS).stream().filter(n -> n != damaged).toList();
      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.lost()).as("byte %d", at).isEqualTo(1);
        assertThat(queue.recovered()).as("byte %d", at).isEqualTo(RECORDS);
        assertThat(queue.size()).as("byte %d", at).isEqualTo(RECORDS - 1);
        assertThat(pollAll(queue)).as("byte %d", at).isEqualTo(left);
        queue.putBack(RECORDS - 1);
        assertThat(pollAll(queue)).as("put back, byte %d", at).isEqualTo(left);
      }
      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.lost()).as("counted once, byte %d", at).isZero();
        assertThat(pollAll(queue)).as("byte %d", at).isEqualTo(left);
      }
      Spools.delete(spool);
    }
  }

  @Test
  void aFlippedByteWhileItIsOpenLosesOneRecordAndCountsIt() throws IOException {
    int[] ends = ends();
    byte[] bytes = Files.readAllBytes(onlySegment(original));
    for (int at = 0; at < bytes.length; at += 7) {
      Path spool = copy();
      long damaged = 1L + recordAt(ends, at);
      try (SpoolQueue queue = open(spool)) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) 0x10;
        Files.write(onlySegment(spool), changed);
        assertThat(queue.poll()).isNotNull();
        queue.putBack(1);
        List<Long> left = numbers(1, RECORDS).stream().filter(n -> n != damaged).toList();

        assertThat(pollAll(queue)).as("byte %d", at).isEqualTo(left);

        assertThat(queue.lost()).as("byte %d", at).isEqualTo(1);
        add(queue, 6, 7);
        assertThat(pollAll(queue)).isEqualTo(numbers(6, 7));
        queue.putBack(RECORDS - 1 + 2);
        assertThat(queue.size()).isEqualTo(RECORDS - 1 + 2);
        pollAll(queue);
        assertThat(queue.lost()).as("counted once, byte %d", at).isEqualTo(1);
      }
      Spools.delete(spool);
    }
  }

  @Test
  void theNewestSegmentIsDamagedWhileItIsWritten() throws IOException {
    Path spool = dir.resolve("written");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 5);
      Path segment = onlySegment(spool);
      byte[] bytes = Files.readAllBytes(segment);
      int end = bytes.length; // of the frames; there may be NULs behind them
      while (bytes[end - 1] == 0) {
        end--;
      }
      Arrays.fill(bytes, end / 2, end, (byte) 'x');
      Files.write(segment, bytes);

      assertThat(pollAll(queue)).isEqualTo(numbers(1, 2));
      assertThat(queue.lost()).isEqualTo(3);

      add(queue, 6, 8);
      assertThat(pollAll(queue)).isEqualTo(numbers(6, 8));
      queue.acknowledge(5);
    }
    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.recovered()).isZero();
    }
  }

  @Test
  void aSegmentInTheMiddleThatIsCutOrGoneIsCountedByTheOneBehindIt() throws IOException {
    Path spool = dir.resolve("long");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 500);
    }
    List<Path> segments = segments(spool);
    assertThat(segments).hasSizeGreaterThan(4);
    long first = firstOf(segments.get(1));
    long behind = firstOf(segments.get(2));
    byte[] bytes = Files.readAllBytes(segments.get(1));
    for (int cut = 0; cut < bytes.length; cut += 97) {
      Path copy = Spools.copy(spool, dir.resolve("copy" + copies++));
      Files.write(segments(copy).get(1), Arrays.copyOf(bytes, cut));
      try (SpoolQueue queue = open(copy)) {
        assertThat(queue.recovered()).isEqualTo(500);
        List<Long> left = pollAll(queue);
        assertThat(left).hasSize(500 - (int) queue.lost()).isSorted().doesNotHaveDuplicates();
        assertThat(left).containsAll(numbers(1, first - 1)).containsAll(numbers(behind, 500));
      }
      try (SpoolQueue queue = open(copy)) {
        assertThat(queue.lost()).as("counted once, cut at %d", cut).isZero();
      }
      Spools.delete(copy);
    }
    Files.delete(segments.get(1));
    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.lost()).isEqualTo(behind - first);
      assertThat(pollAll(queue)).hasSize((int) (500 - (behind - first)));
    }
  }

  private static long firstOf(Path segment) {
    return Long.parseLong(segment.getFileName().toString().substring(0, 16), 16);
  }

  @Test
  void aFirstSegmentThatIsGoneIsCounted() throws IOException {
    Path spool = dir.resolve("long");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 500);
    }
    long second = firstOf(segments(spool).get(1));
    Files.delete(segments(spool).get(0));

    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.lost()).isEqualTo(second - 1);
      assertThat(queue.recovered()).isEqualTo(500);
      assertThat(pollAll(queue)).isEqualTo(numbers(second, 500));
    }
    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.lost()).as("counted once").isZero();
      assertThat(queue.recovered()).isEqualTo(500 - second + 1);
    }
  }

  @Test
  void aSegmentThatIsDeletedWhileItIsOpenIsCounted() throws IOException {
    Path spool = dir.resolve("long");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 500);
      long second = firstOf(segments(spool).get(1));
      Files.delete(segments(spool).get(0));

      assertThat(pollAll(queue)).isEqualTo(numbers(second, 500));
      assertThat(queue.lost()).isEqualTo(second - 1);
    }
  }

  @Test
  @Tag(Deep.TAG)
  void randomDamageNeverStopsItAndEveryRecordIsThereOrCounted() throws IOException {
    Path spool = dir.resolve("long");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 300);
    }
    try (DeepSearch spools = Deep.search("spools damaged at many places", 60, 10_000, 100_000)) {
      for (long seed = spools.seed(); spools.goesOn(); seed++) {
        damageAndCompare(spool, seed);
        spools.tried(1);
      }
    }
  }

  private void damageAndCompare(Path spool, long seed) throws IOException {
    var random = new Random(seed);
    Path copy = Spools.copy(spool, dir.resolve("copy" + copies++));
    for (Path segment : segments(copy)) {
      byte[] bytes = Files.readAllBytes(segment);
      int hits = random.nextInt(4);
      for (int i = 0; i < hits; i++) {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(400));
        for (int at = from; at < to; at++) {
          bytes[at] = (byte) random.nextInt();
        }
      }
      boolean isCut = random.nextInt(4) == 0;
      int length = isCut ? random.nextInt(bytes.length) : bytes.length;
      Files.write(segment, Arrays.copyOf(bytes, length));
    }
    int there;
    try (SpoolQueue queue = open(copy)) {
      assertThat(queue.recovered()).as("seed %d", seed).isEqualTo(300);
      there = queue.size();
      List<Long> left = pollAll(queue);
      assertThat(left).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
      assertThat(left.size() + queue.lost()).as("seed %d", seed).isEqualTo(300);
      assertThat(left).as("seed %d", seed).hasSize(there);
    }
    try (SpoolQueue queue = open(copy)) {
      assertThat(queue.size()).as("seed %d, once more", seed).isEqualTo(there);
    }
    Spools.delete(copy);
  }

  @Test
  void aDamagedSlotOfTheCursorRepeatsAtMostOneAcknowledgement() throws IOException {
    try (SpoolQueue queue = open(original)) {
      pollAll(queue);
      queue.acknowledge(1);
      queue.acknowledge(1);
      queue.acknowledge(1);
    }
    Path cursor = original.resolve("acknowledged");
    byte[] bytes = Files.readAllBytes(cursor);
    for (int slot = 0; slot < 2; slot++) {
      Path spool = copy();
      byte[] changed = bytes.clone();
      changed[slot * 4096 + 15] ^= 1; // the sequence that was acknowledged
      Files.write(spool.resolve("acknowledged"), changed);
      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.lost()).isZero();
        assertThat(pollAll(queue)).isIn(List.of(numbers(3, 5), numbers(4, 5)));
      }
    }
  }

  @Test
  void withoutACursorWhatIsThereIsDelivered() throws IOException {
    try (SpoolQueue queue = open(original)) {
      pollAll(queue);
      queue.acknowledge(2);
    }
    for (byte @Nullable [] bytes : new byte @Nullable [][] {null, {}, new byte[5000]}) {
      Path spool = copy();
      Files.delete(spool.resolve("acknowledged"));
      if (bytes != null) {
        Files.write(spool.resolve("acknowledged"), bytes);
      }
      Files.delete(spool.resolve("lock"));

      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.lost()).isZero();
        assertThat(pollAll(queue)).isEqualTo(numbers(1, 5));
        queue.acknowledge(3);
      }
      try (SpoolQueue queue = open(spool)) {
        assertThat(pollAll(queue)).isEqualTo(numbers(4, 5));
      }
    }
  }

  /** Whoever logs could write frames into a text, to come out as records of their own. */
  @Test
  void aFrameInATextIsNoRecordAlsoIfThereIsDamageBeforeIt() throws IOException {
    var encoder = new FrameEncoder();
    int length = encoder.encode(AuditRecord.of(1100, 0, 666, "op=forged"));
    byte[] forged = Arrays.copyOf(encoder.bytes(), length);
    Frame.seal(ByteBuffer.wrap(forged), 0, 3, 3, 0, new CRC32C());
    assertThat(Frame.isHeader(ByteBuffer.wrap(forged), 0, length, 0, new CRC32C())).isTrue();
    Path spool = dir.resolve("forged");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 1);
      queue.add(AuditRecord.ofBytes(1300, 0, 2, forged), 10);
      add(queue, 3, 3);
    }
    Path segment = onlySegment(spool);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[ends()[1] + 5] ^= 1; // in the header of the frame that holds the text
    Files.write(segment, bytes);

    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.poll()).isEqualTo(record(1));
      assertThat(queue.poll()).isEqualTo(record(3));
      assertThat(queue.poll()).isNull();
      assertThat(queue.lost()).isEqualTo(1);
    }
  }

  /** As when a file server does not answer for a while: the directory is there, and not reached. */
  @Test
  void aDirectoryThatCannotBeReachedForAWhileLosesNothing() throws Exception {
    Path spool = dir.resolve("reached");
    Path away = dir.resolve("away");
    try (SpoolQueue queue = open(spool)) {
      add(queue, 1, 300);
      assertThat(segments(spool)).hasSizeGreaterThan(2);
      assertThat(queue.poll()).isEqualTo(record(1));
      Files.move(spool, away);
      Files.createSymbolicLink(spool, spool); // leads to itself
      var numbers = new ArrayList<Long>(List.of(1L));
      for (AuditRecord next = queue.poll(); next != null; next = queue.poll()) {
        numbers.add(next.serial());
      }
      assertThat(numbers).hasSizeLessThan(300);
      Files.delete(spool);
      Files.move(away, spool);

      numbers.addAll(pollAll(queue));
      assertThat(numbers).isEqualTo(numbers(1, 300));
      assertThat(queue.lost()).isZero();
    }
  }
}
