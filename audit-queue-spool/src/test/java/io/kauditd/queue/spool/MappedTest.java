// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.add;
import static io.kauditd.queue.spool.Spools.numbers;
import static io.kauditd.queue.spool.Spools.pollAll;
import static io.kauditd.queue.spool.Spools.record;
import static io.kauditd.queue.spool.Spools.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that are stored in a mapped part of a segment. */
@Timeout(60)
class MappedTest {
  @TempDir Path dir;
  private Path spool;

  @BeforeEach
  void isThisFileSystemMapped() {
    assumeTrue(new Disk().canMap(dir), "skipped: this file system is not one that is mapped");
    spool = dir.resolve("spool");
  }

  private SpoolQueue open(Disk disk) throws IOException {
    SpoolBuilder builder =
        SpoolQueue.builder(spool).maxSizeBytes(2 << 20).segmentSizeBytes(512 * 1024);
    builder.disk = disk;
    return builder.open();
  }

  private long bytesOnDisk() throws IOException {
    long sum = 0;
    for (Path segment : segments(spool)) {
      sum += Files.size(segment);
    }
    return sum;
  }

  /** A disk that counts, or fails as it is told. */
  private static final class FailingDisk extends Disk {
    private int stores;
    private int writes;
    private boolean isFull;
    private boolean isBroken;
    private boolean isInterrupted;

    @Override
    void write(RandomAccessFile file, long at, byte[] bytes, int from, int length)
        throws IOException {
      writes++;
      super.write(file, at, bytes, from, length);
    }

    @Override
    void reserve(RandomAccessFile file, long at, int length) throws IOException {
      if (isFull) {
        super.reserve(file, at, length / 2);
        throw new IOException("No space left on device");
      }
      super.reserve(file, at, length);
    }

    @Override
    MemorySegment map(RandomAccessFile file, long at, int length, Arena arena) throws IOException {
      if (isInterrupted) {
        isInterrupted = false;
        file.getChannel().close();
        Thread.currentThread().interrupt();
        throw new ClosedByInterruptException();
      }
      return super.map(file, at, length, arena);
    }

    @Override
    void store(MemorySegment mapped, int at, byte[] bytes, int from, int length)
        throws IOException {
      stores++;
      super.store(mapped, at, bytes, from, isBroken ? length / 2 : length);
      if (isBroken) {
        throw new InternalError("a fault occurred in an unsafe memory access operation");
      }
    }
  }

  @Test
  void littleIsReservedForFewRecordsAndNothingStaysAtTheEnd() throws Exception {
    try (SpoolQueue queue = open(new Disk())) {
      add(queue, 1, 1);
      assertThat(bytesOnDisk()).isEqualTo(4096);
      add(queue, 2, 1000);
      long frames = frameBytes(1, 1000);
      assertThat(bytesOnDisk()).isBetween(frames, 2 * frames + 4096);
    }
    assertThat(bytesOnDisk()).isEqualTo(frameBytes(1, 1000));
  }

  private static long frameBytes(long from, long to) throws IOException {
    var encoder = new FrameEncoder();
    long sum = 0;
    for (long n = from; n <= to; n++) {
      sum += encoder.encode(record(n));
    }
    return sum;
  }

  @Test
  void whatIsReservedIsWithinTheSizeOfTheSpool() throws Exception {
    try (SpoolQueue queue = open(new Disk())) {
      long last = 0;
      while (queue.add(record(last + 1), Integer.MAX_VALUE)) {
        last++;
        if (last % 100 == 0) {
          assertThat(bytesOnDisk()).isLessThanOrEqualTo(2 << 20);
        }
      }
      assertThat(bytesOnDisk()).isBetween((2L << 20) - 100, 2L << 20);
      assertThat(pollAll(queue)).isEqualTo(numbers(1, last));
    }
  }

  @Test
  void aKillLeavesNulsThatAreNoLoss() throws Exception {
    try (SpoolQueue queue = open(new Disk())) {
      add(queue, 1, 30);
      Path copy = Spools.copy(spool, dir.resolve("copy"));
      assertThat(Files.size(segments(copy).getFirst())).isGreaterThan(frameBytes(1, 30));
      try (SpoolQueue again = Spools.open(copy)) {
        assertThat(pollAll(again)).isEqualTo(numbers(1, 30));
        assertThat(again.lost()).isZero();
      }
    }
  }

  /** As the engine fills a hold queue. */
  @Test
  void manyAtOnceAreWrittenAndFewAreStored() throws Exception {
    var disk = new FailingDisk();
    try (SpoolQueue queue = open(disk)) {
      add(queue, 1, 10);
      int stores = disk.stores;
      addAll(queue, 11, 1000);
      addAll(queue, 1001, 1010); // what such a batch leaves over
      assertThat(disk.stores).isEqualTo(stores);
      assertThat(bytesOnDisk()).as("no NULs are left").isEqualTo(frameBytes(1, 1010));
      add(queue, 1011, 1020);
      assertThat(disk.stores).isEqualTo(stores + 10);
      Path copy = Spools.copy(spool, dir.resolve("copy"));
      try (SpoolQueue again = Spools.open(copy)) {
        assertThat(pollAll(again)).isEqualTo(numbers(1, 1020));
        assertThat(again.lost()).isZero();
      }
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 1020));
    }
  }

  private static void addAll(SpoolQueue queue, long from, long to) throws IOException {
    List<AuditRecord> records = LongStream.rangeClosed(from, to).mapToObj(Spools::record).toList();
    assertThat(queue.addAll(records, Integer.MAX_VALUE)).isEqualTo(records.size());
  }

  @Test
  void aFrameWithoutAMarkerAtTheEndWasNeverTaken() throws Exception {
    try (SpoolQueue queue = open(new Disk())) {
      add(queue, 1, 30);
    }
    Path segment = segments(spool).getFirst();
    byte[] half = new byte[60];
    Arrays.fill(half, 4, 60, (byte) 'x');
    Files.write(segment, half, StandardOpenOption.APPEND);
    try (SpoolQueue queue = open(new Disk())) {
      assertThat(queue.lost()).isZero();
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 30));
    }
  }

  @Test
  void withoutRoomToReserveTheRecordsAloneAreWritten() throws Exception {
    var disk = new FailingDisk();
    disk.isFull = true;
    try (SpoolQueue queue = open(disk)) {
      add(queue, 1, 30);
      assertThat(disk.writes).isGreaterThanOrEqualTo(30);
      assertThat(bytesOnDisk()).isEqualTo(frameBytes(1, 30));
      disk.isFull = false;
      add(queue, 31, 50);
      assertThat(disk.stores).isEqualTo(20);
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 50));
      assertThat(queue.lost()).isZero();
    }
  }

  @Test
  void aStoreThatFailsIsARecordThatIsNotTaken() throws Exception {
    var disk = new FailingDisk();
    try (SpoolQueue queue = open(disk)) {
      add(queue, 1, 30);
      disk.isBroken = true;
      assertThatThrownBy(() -> queue.add(record(31), Integer.MAX_VALUE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("a fault occurred");
      disk.isBroken = false;
      add(queue, 31, 50);
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 50));
      assertThat(queue.lost()).isZero();
    }
    try (SpoolQueue queue = open(disk)) {
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 50));
      assertThat(queue.lost()).isZero();
    }
  }

  @Test
  void anInterruptInTheMiddleOfMappingCostsNoRecord() throws Exception {
    var disk = new FailingDisk();
    disk.isInterrupted = true;
    try (SpoolQueue queue = open(disk)) {
      add(queue, 1, 30);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(disk.stores).isZero();
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 30));
    }
  }

  @Test
  void anInterruptedThreadAddsAndStaysInterrupted() throws Exception {
    var disk = new FailingDisk();
    try (SpoolQueue queue = open(disk)) {
      Thread.currentThread().interrupt();
      add(queue, 1, 30);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(disk.stores).isEqualTo(30);
    }
  }

  @Test
  void aSegmentThatIsCutWhileItIsMappedCostsTheRecordsInItAndEachIsCounted() throws Exception {
    try (SpoolQueue queue = open(new Disk())) {
      add(queue, 1, 30);
      try (FileChannel channel =
          FileChannel.open(segments(spool).getFirst(), StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
      int taken = 30;
      int refused = 0;
      for (int n = 31; n <= 200; n++) {
        try {
          assertThat(queue.add(record(n), Integer.MAX_VALUE)).isTrue();
          taken++;
        } catch (IOException e) {
          refused++;
        }
      }
      assertThat(refused).isBetween(1, 10);
      int polled = pollAll(queue).size();
      assertThat(polled + queue.lost()).isEqualTo(taken);
      assertThat(queue.lost()).isBetween(30L, 30L + 10);
    }
  }
}
