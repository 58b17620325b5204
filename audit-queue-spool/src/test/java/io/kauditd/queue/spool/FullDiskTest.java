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
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.core.Kauditd;
import io.kauditd.spi.SendError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A spool on a file system of 256 KiB, which is full at times. */
@Timeout(120)
class FullDiskTest {
  private static final int DISK_KIB = 256;

  @TempDir Path dir;
  private Path disk;
  private Path filler;
  private Path spool;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(dir.resolve("disk"));
    filler = disk.resolve("filler");
    spool = disk.resolve("spool");
    String options = "mode=700,size=" + DISK_KIB + "k";
    assumeTrue(
        call("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()),
        "skipped: mounting a small file system takes root");
  }

  @AfterEach
  void unmount() throws Exception {
    if (Files.exists(disk)) {
      call("umount", "-l", disk.toString());
    }
  }

  private static boolean call(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }

  private void fill() throws IOException {
    Files.write(filler, new byte[(int) Files.getFileStore(disk).getUsableSpace()]);
  }

  private SpoolQueue open(Sync sync) throws IOException {
    return SpoolQueue.builder(spool)
        .segmentSizeBytes(SpoolBuilder.MIN_SEGMENT_BYTES)
        .sync(sync)
        .open();
  }

  /** Adds until a record is refused; returns the number of the last that was taken. */
  private static long addWhileThereIsRoom(SpoolQueue queue, long from) {
    for (long n = from; ; n++) {
      try {
        assertThat(queue.add(record(n), Integer.MAX_VALUE)).isTrue();
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left on device");
        return n - 1;
      }
    }
  }

  @Test
  void oneThatCannotBeMadeLeavesNothing() throws Exception {
    fill();
    assertThatThrownBy(() -> SpoolQueue.builder(spool).open())
        .hasMessage("cannot open the spool " + spool + ": No space left on device");
    assertThat(spool).doesNotExist();
    Files.createDirectory(spool);
    assertThatThrownBy(() -> SpoolQueue.builder(spool).open()).isInstanceOf(IOException.class);
    assertThat(spool).as("somebody else's directory").isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void aRecordThatDoesNotFitIsAnErrorAndTheOthersStay(Sync sync) throws Exception {
    try (SpoolQueue queue = open(sync)) {
      add(queue, 1, 200);
      fill();

      long last = addWhileThereIsRoom(queue, 201);
      int files = segments(spool).size();
      for (int i = 0; i < 100; i++) {
        assertThatThrownBy(() -> queue.add(record(9_999), Integer.MAX_VALUE))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("No space left on device");
      }

      assertThat(segments(spool)).as("no file for each attempt").hasSizeBetween(files, files + 1);
      assertThat(queue.size()).isEqualTo((int) last);
      queue.passEnded();

      Files.delete(filler);
      add(queue, last + 1, last + 50);
      assertThat(pollAll(queue)).isEqualTo(numbers(1, last + 50));
      assertThat(queue.lost()).isZero();
    }
    try (SpoolQueue queue = open(sync)) {
      assertThat(queue.lost()).isZero();
      assertThat(queue.recovered()).isGreaterThan(250);
    }
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void aRecordThatIsLongerThanASegmentLeavesNoFileForEachAttempt(Sync sync) throws Exception {
    AuditRecord large =
        AuditRecord.of(1300, 1, 1, "x".repeat((int) SpoolBuilder.MIN_SEGMENT_BYTES));
    try (SpoolQueue queue = open(sync)) {
      add(queue, 1, 200);
      fill();
      addWhileThereIsRoom(queue, 201);
      int files = segments(spool).size();
      for (int i = 0; i < 100; i++) {
        assertThatThrownBy(() -> queue.add(large, Integer.MAX_VALUE))
            .isInstanceOf(IOException.class);
      }

      assertThat(segments(spool)).hasSizeBetween(files, files + 1);
      Files.delete(filler);
      assertThat(queue.add(large, Integer.MAX_VALUE)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Sync.class)
  void onAFullDiskItIsOpenedAndEmptied(Sync sync) throws Exception {
    long last;
    try (SpoolQueue queue = open(sync)) {
      add(queue, 1, 200);
      fill();
      last = addWhileThereIsRoom(queue, 201);
    }
    try (SpoolQueue queue = open(sync)) {
      assertThat(pollAll(queue)).isEqualTo(numbers(1, last));
      for (long n = 1; n < last; n++) {
        queue.acknowledge(1);
      }
      queue.passEnded();
      assertThat(segments(spool)).hasSize(1);
    }
    try (SpoolQueue queue = open(sync)) {
      assertThat(pollAll(queue)).isEqualTo(numbers(last, last));
    }
  }

  @Test
  void theEngineCountsWhatDoesNotFitAndNobodyWaits() throws Exception {
    var daemon = new Spools.Daemon();
    daemon.answers(SendError.ECONNREFUSED);
    try (SpoolQueue hold = open(Sync.NONE)) {
      fill();
      var engine = Kauditd.builder().holdQueue(hold).transport("scripted", daemon).passive();
      for (int i = 0; i < 1000; i++) {
        assertThat(engine.log(1300, "x".repeat(400) + " n=" + i)).isTrue();
      }
      engine.pass();
      engine.pass();

      AuditStatus status = engine.status();
      assertThat(status.ledger().balances()).isTrue();
      assertThat(status.ledger().inMain() + status.ledger().inRetry()).isZero();
      assertThat(status.ledger().dropped(LostReason.QUEUE_FAILURE))
          .isPositive()
          .isEqualTo(1000 - status.ledger().inHold());
    }
  }
}
