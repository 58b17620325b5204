// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.add;
import static io.kauditd.queue.spool.Spools.numbers;
import static io.kauditd.queue.spool.Spools.open;
import static io.kauditd.queue.spool.Spools.pollAll;
import static io.kauditd.queue.spool.Spools.segments;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a spool that somebody has put back, copied, or made beside those that are there. */
class BackupTest {
  @TempDir Path dir;
  private Path spool;

  @BeforeEach
  void namePlaces() {
    spool = dir.resolve("spool");
  }

  private void keep(long from, long to) throws IOException {
    try (SpoolQueue queue = open(spool)) {
      add(queue, from, to);
    }
  }

  private void deliver(int count) throws IOException {
    try (SpoolQueue queue = open(spool)) {
      for (int i = 0; i < count; i++) {
        assertThat(queue.poll()).isNotNull();
      }
      queue.acknowledge(count);
    }
  }

  private void putBack(Path backup, String ending) throws IOException {
    try (var files = Files.list(backup)) {
      for (Path file : files.filter(each -> each.toString().endsWith(ending)).toList()) {
        Files.copy(file, spool.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void assertOffers(List<Long> expected) throws IOException {
    for (int i = 0; i < 3; i++) {
      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.lost()).isZero();
        assertThat(pollAll(queue)).isEqualTo(expected);
      }
    }
  }

  @Test
  void anEmptySegmentOrOneOfGarbageBesideAGoodOneTakesNothingFromIt() throws IOException {
    keep(1, 50);
    String first = segments(spool).get(0).getFileName().toString().substring(0, 17);
    for (String salt : new String[] {"00000000", "ffffffff", "12345678"}) {
      for (byte[] bytes :
          new byte[][] {{}, new byte[500], "no frame at all".repeat(9).getBytes(US_ASCII)}) {
        Files.write(spool.resolve(first + salt + ".seg"), bytes);
        assertOffers(numbers(1, 50));
        assertThat(spool.resolve(first + salt + ".seg")).doesNotExist();
        Files.deleteIfExists(spool.resolve(first + salt + ".seg.damaged"));
      }
    }
  }

  @Test
  void aSegmentThatWasCopiedIsOfferedOnce() throws IOException {
    keep(1, 50);
    for (Path segment : segments(spool)) {
      String name = segment.getFileName().toString();
      Files.copy(segment, spool.resolve("0000000000000002" + name.substring(16)));
    }
    assertOffers(numbers(1, 50));
  }

  @Test
  void acknowledgedSegmentsThatArePutBackAreNotOfferedAgain() throws IOException {
    keep(1, 100);
    Path backup = Spools.copy(spool, dir.resolve("backup"));
    deliver(100);
    keep(101, 150);
    putBack(backup, ".seg");
    assertOffers(numbers(101, 150));
  }

  @Test
  void anOldCursorOffersAgainWhatIsThere() throws IOException {
    keep(1, 100);
    Path backup = Spools.copy(spool, dir.resolve("backup"));
    deliver(10);
    keep(101, 150);
    putBack(backup, "");
    assertOffers(numbers(1, 150));
  }

  /** Both have gone on from the same backup, and both have records that nobody has delivered. */
  @Test
  void recordsOfTheSameSequenceAreAllOffered() throws IOException {
    keep(1, 20);
    Path backup = Spools.copy(spool, dir.resolve("backup"));
    keep(21, 40);
    Path newer = Spools.copy(spool, dir.resolve("newer"));
    Spools.delete(spool);
    Spools.copy(backup, spool);
    keep(41, 70);
    putBack(newer, ".seg");

    for (int i = 0; i < 3; i++) {
      try (SpoolQueue queue = open(spool)) {
        assertThat(queue.lost()).isZero();
        assertThat(queue.recovered()).isEqualTo(70);
        assertThat(pollAll(queue)).containsExactlyInAnyOrderElementsOf(numbers(1, 70));
      }
    }
  }

  /** A piece is gone from a record that was acknowledged, so that what is behind it has moved. */
  @Test
  void aPieceThatIsGoneBeforeThoseThatWaitTakesNothingFromThem() throws IOException {
    keep(1, 10);
    deliver(5);
    Path segment = segments(spool).get(0);
    byte[] bytes = Files.readAllBytes(segment);
    for (int length = 1; length < 300; length += 13) {
      var cut = new ByteArrayOutputStream();
      cut.write(bytes, 0, 20);
      cut.write(bytes, 20 + length, bytes.length - 20 - length);
      Files.write(segment, cut.toByteArray());
      assertOffers(numbers(6, 10));
    }
  }
}
