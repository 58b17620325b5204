// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the tests do with spools. */
final class Spools {
  private Spools() {}

  static SpoolQueue open(Path dir) throws IOException {
    return SpoolQueue.builder(dir).segmentSizeBytes(SpoolBuilder.MIN_SEGMENT_BYTES).open();
  }

  static AuditRecord record(long number) {
    return AuditRecord.of(1300, 1_642_555_588_123L + number, number, "op=spool n=" + number);
  }

  static void add(AuditQueue queue, long from, long to) throws IOException {
    for (long n = from; n <= to; n++) {
      assertThat(queue.add(record(n), Integer.MAX_VALUE)).isTrue();
    }
  }

  /** Takes all that is in a queue; returns the numbers, each record being the one it was. */
  static List<Long> pollAll(AuditQueue queue) {
    var numbers = new ArrayList<Long>();
    for (AuditRecord record = queue.poll(); record != null; record = queue.poll()) {
      assertThat(record).isEqualTo(record(record.serial()));
      numbers.add(record.serial());
    }
    assertThat(queue.size()).isZero();
    return numbers;
  }

  static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  /** The files of the segments, the oldest first. */
  static List<Path> segments(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(file -> file.toString().endsWith(".seg")).sorted().toList();
    }
  }

  /** Copies a spool as it is, as a crash would leave it. */
  static Path copy(Path from, Path to) throws IOException {
    Files.createDirectory(
        to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  static void delete(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.delete(file);
      }
    }
    Files.delete(dir);
  }

  /** A daemon that takes all, or fails as it is told. */
  static final class Daemon implements Transport {
    private final List<String> texts = new ArrayList<>();
    private @Nullable SendError error;

    void answers(@Nullable SendError with) {
      error = with;
    }

    /** What it was sent. */
    List<String> texts() {
      return texts;
    }

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      AuditRecord record = Objects.requireNonNull(batch.next());
      if (error != null) {
        return SendResult.failed(0, error, "as it was told");
      }
      texts.add(record.text());
      return SendResult.sent(1);
    }

    @Override
    public void close() {}
  }
}
