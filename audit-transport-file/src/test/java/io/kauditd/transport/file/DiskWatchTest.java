// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.assertSerials;
import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.serials;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done when the disk becomes full: with a disk that the test sets, and with a real one. */
class DiskWatchTest {
  private static final long MIB = 1 << 20;

  @TempDir Path dir;

  private long free = 100 * MIB;
  private int looks;
  private final AtomicLong nanoTime = new AtomicLong();
  private final List<String> panics = new ArrayList<>();

  private DiskWatch watch(FileTransportBuilder builder) {
    var watch = new DiskWatch(builder, nanoTime::get);
    watch.context(
        new NoEngine() {
          @Override
          public void panic(String reason) {
            panics.add(reason);
          }
        });
    watch.opened(
        new DiskWatch.Disk() {
          @Override
          public long freeBytes() {
            looks++;
            return free;
          }

          @Override
          public long sizeBytes() {
            return 1000 * MIB;
          }
        });
    return watch;
  }

  private static FileTransportBuilder builder() {
    return FileTransport.builder(Path.of("audit.log"));
  }

  private @Nullable String refusalNow(DiskWatch watch) {
    nanoTime.addAndGet(1_000_000_000);
    return watch.refusal(1);
  }

  @Test
  void writingStopsAndGoesOnByItself() {
    var watch =
        watch(
            builder()
                .spaceLeft(SpaceLimit.parse("75"), DiskAction.LOG)
                .adminSpaceLeft(SpaceLimit.parse("5%"), DiskAction.STOP));
    assertThat(refusalNow(watch)).isNull();
    free = 60 * MIB;
    assertThat(refusalNow(watch)).isNull();
    free = 49 * MIB;
    assertThat(refusalNow(watch))
        .isEqualTo(
            "writing to audit.log was stopped by admin-space-left-action; it goes on when at least"
                + " 5% of the disk are free, or on request (SIGUSR2)");
    free = 50 * MIB;
    assertThat(refusalNow(watch)).isNull();
    free = 49 * MIB;
    assertThat(refusalNow(watch)).isNotNull();
    assertThat(panics).isEmpty();
  }

  @Test
  void onRequestItGoesOnUntilTheLimitIsPassedAnew() {
    var watch = watch(builder().spaceLeft(SpaceLimit.ofBytes(75 * MIB), DiskAction.STOP));
    free = 10 * MIB;
    assertThat(refusalNow(watch)).isNotNull();
    watch.resume();
    assertThat(refusalNow(watch)).isNull();
    free = 80 * MIB;
    assertThat(refusalNow(watch)).isNull();
    free = 10 * MIB;
    assertThat(refusalNow(watch)).isNotNull();
  }

  @Test
  void thePanicHandlerIsCalledOnceEachTime() {
    var watch = watch(builder().spaceLeft(SpaceLimit.ofBytes(75 * MIB), DiskAction.PANIC));
    free = 10 * MIB;
    for (int i = 0; i < 3; i++) {
      assertThat(refusalNow(watch)).isNotNull();
    }
    assertThat(panics)
        .containsExactly(
            "only 10 MiB are free on the disk of audit.log, less than space-left (75 MiB)");
    free = 80 * MIB;
    refusalNow(watch);
    free = 10 * MIB;
    refusalNow(watch);
    assertThat(panics).hasSize(2);
  }

  @Test
  void whereTheUserIsAtTheEndOfAShareItIsTriedNowAndThen() {
    var watch = watch(builder().diskFull(DiskAction.STOP));
    assertThat(refusalNow(watch)).isNull();
    watch.foundFull(noRoom("Disk quota exceeded"));
    assertThat(watch.refusal(1)).contains("disk-full-action");
    assertThat(refusalNow(watch)).as("the disk itself has room").isNull();
    watch.foundFull(noRoom("Disk quota exceeded"));
    assertThat(watch.refusal(1)).isNotNull();
    assertThat(refusalNow(watch)).isNull();
    watch.wrote();
    assertThat(watch.refusal(1)).isNull();
  }

  private static IoFailure noRoom(String words) {
    return IoFailure.of("write to audit.log", new IOException(words));
  }

  @Test
  void whatToDoDependsOnWhatIsFull() {
    assertThat(noRoom("No space left on device").wayOut())
        .isEqualTo("make room, and delivery goes on by itself");
    assertThat(noRoom("File too large").wayOut()).contains("max-size").contains("start again");
  }

  @Test
  void theDiskIsNotAskedForEachBatch() {
    var watch = watch(builder().spaceLeft(SpaceLimit.ofBytes(75 * MIB), DiskAction.STOP));
    for (int i = 0; i < 1_000_000; i++) {
      nanoTime.addAndGet(50_000); // 20,000 a second, for 50 seconds
      watch.refusal(100);
    }
    assertThat(looks).isBetween(50, 80);
    looks = 0;
    free = 76 * MIB;
    refusalNow(watch);
    long written = 0;
    while (watch.refusal(256 * 1024) == null) { // as fast as can be: seen before much is written
      written += 256 * 1024;
      free -= 256 * 1024;
    }
    assertThat(written).isLessThan(2 * MIB);
    var unwatched = watch(builder());
    looks = 0;
    for (int i = 0; i < 1000; i++) {
      assertThat(refusalNow(unwatched)).isNull();
    }
    assertThat(looks).isZero();
  }

  @Test
  void aSmallDiskIsNeverFilled() throws Exception {
    try (var disk = SmallDisk.mount(dir, 1024)) {
      Path log = disk.root().resolve("audit.log");
      var builder =
          FileTransport.builder(log).adminSpaceLeft(SpaceLimit.parse("512KiB"), DiskAction.STOP);
      try (var transport = builder.build(nanoTime::get)) {
        open(transport);
        int taken = 0;
        SendResult result;
        do {
          result = transport.send(ListBatch.ofSerials(taken, taken + 500));
          taken += result.taken();
        } while (result.error() == null);
        assertThat(result.error()).isEqualTo(SendError.EAGAIN);
        assertThat(result.reason()).contains("was stopped by admin-space-left-action");
        assertThat(disk.root().toFile().getUsableSpace()).isGreaterThan(300 * 1024);
        assertSerials(serials(log), 0, taken);

        transport.resume();
        assertThat(transport.send(ListBatch.ofSerials(taken, taken + 500)))
            .isEqualTo(SendResult.sent(500));
      }
    }
  }

  @Test
  void throughTheEngineRecordsWaitUntilThereIsRoomAndAProgramIsStarted() throws Exception {
    Path said = dir.toRealPath().resolve("said");
    Path program = dir.toRealPath().resolve("program");
    Files.writeString(program, "#!/bin/sh\necho \"$# arguments\" >> " + said + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    var called = new CopyOnWriteArrayList<String>();
    try (var disk = SmallDisk.mount(dir, 1024)) {
      Path log = disk.root().resolve("audit.log");
      Path filler = disk.fillUpTo(256 * 1024);
      try (var audit =
          Kauditd.builder()
              .transport(
                  "file",
                  FileTransport.builder(log)
                      .spaceLeft(SpaceLimit.parse("600KiB"), DiskAction.exec(program))
                      .adminSpaceLeft(SpaceLimit.parse("512KiB"), DiskAction.PANIC)
                      .build())
              .panicHandler(called::add)
              .start()) {
        for (int i = 0; i < 1000; i++) {
          assertThat(audit.log(ListBatch.record(i))).isTrue();
        }
        Await.until(audit::status, now -> now.lastError() != null);
        Await.until(() -> Files.exists(said), there -> there);
        Await.until(called::size, size -> size == 1);
        assertThat(audit.status().ledger().delivered()).isZero();
        assertThat(audit.status().ledger().droppedTotal()).isZero();
        Files.delete(filler);
        Await.until(audit::status, now -> now.ledger().delivered() == 1000);
        audit.close(Duration.ofSeconds(10));
      }
      assertThat(serials(log)).hasSize(1000).doesNotHaveDuplicates();
    }
    assertThat(Await.until(() -> read(said), text -> text.endsWith("\n")))
        .isEqualTo("0 arguments\n");
    assertThat(called).singleElement().asString().startsWith("audit: only 2");
  }

  @Test
  void aProgramThatStillRunsIsNotStartedAgain() throws Exception {
    Path said = dir.resolve("said");
    Path gate = dir.resolve("gate");
    Process made = new ProcessBuilder("mkfifo", gate.toString()).start();
    assertThat(made.waitFor()).isZero();
    Path program =
        Files.writeString(
            dir.resolve("program"),
            "#!/bin/sh\necho started >> " + said + "\nread end < " + gate + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    var watch = watch(builder().spaceLeft(SpaceLimit.parse("75"), DiskAction.exec(program)));
    passLimit(watch);
    Await.until(() -> read(said), text -> text.equals("started\n"));
    passLimit(watch);
    passLimit(watch);
    Files.writeString(gate, "\n"); // ends it
    Await.until(
        () -> {
          passLimit(watch);
          return read(said);
        },
        text -> text.equals("started\nstarted\n"));
    Files.writeString(gate, "\n");
  }

  private void passLimit(DiskWatch watch) {
    free = 50 * MIB;
    assertThat(refusalNow(watch)).isNull();
    free = 100 * MIB;
    assertThat(refusalNow(watch)).isNull();
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (java.io.IOException e) {
      return "";
    }
  }
}
