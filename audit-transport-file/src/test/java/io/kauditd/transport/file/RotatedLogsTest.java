// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.assertSerials;
import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.sendAll;
import static io.kauditd.transport.file.Logs.serials;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the logs that were rotated, when they are, and what stands in their way. */
class RotatedLogsTest {
  private static final int BATCH = 100;

  @TempDir Path temp;
  private Path dir;
  private Path log;

  @BeforeEach
  void name() throws IOException {
    dir = temp.toRealPath();
    log = dir.resolve("audit.log");
  }

  private FileTransportBuilder builder() {
    return FileTransport.builder(log).maxSizeBytes(4096);
  }

  private static void send(FileTransport transport, int from, int to) {
    for (int i = from; i < to; i += BATCH) {
      sendAll(transport, i, Math.min(i + BATCH, to));
    }
  }

  private List<String> names() throws IOException {
    try (var all = Files.list(dir)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  /** The serials of all logs, the oldest first; waits until nothing is left to compress. */
  private List<Long> all(Compression compression) throws Exception {
    if (compression != Compression.NONE) {
      Await.until(
          () -> {
            try {
              return names();
            } catch (IOException e) {
              return List.of("being renamed.1");
            }
          },
          now -> now.stream().noneMatch(each -> each.matches(".*\\.[0-9]+|.*\\.part")));
    }
    return Logs.allSerials(log);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void aRotationThatCannotBeDoneDoesNotStopWriting(int keep) throws Exception {
    Path blocked = dir.resolve("audit.log.1");
    Files.createDirectories(blocked.resolve("full"));
    var nanoTime = new AtomicLong();
    try (var transport = builder().keep(keep).build(nanoTime::get)) {
      open(transport);
      send(transport, 0, 1000);
      assertSerials(serials(log), 0, 1000);
      assertThat(blocked.resolve("full")).isDirectory();

      Files.delete(blocked.resolve("full"));
      Files.delete(blocked);
      send(transport, 1000, 1001);
      assertThat(blocked).as("tried again later, not now").doesNotExist();
      nanoTime.addAndGet(Duration.ofMinutes(2).toNanos());
      send(transport, 1001, 1002);
      assertSerials(serials(blocked), 0, 1001);
      assertThat(serials(log)).containsExactly(1001L);
    }
    assertThat(names()).containsExactly("audit.log", "audit.log.1");
  }

  @Test
  void aDirectoryAmongTheOlderOnesIsNeitherRenamedNorDeleted() throws Exception {
    Path directory = Files.createDirectory(dir.resolve("audit.log.3"));
    try (var transport = builder().keep(5).build()) {
      open(transport);
      send(transport, 0, 1000);
    }
    assertThat(directory).isDirectory();
    assertThat(names()).containsExactly("audit.log", "audit.log.1", "audit.log.2", "audit.log.3");
    assertSerials(Logs.allSerials(log), 0, 1000);
  }

  @Test
  void whereNoFileCanBeMadeTheOldOneIsWrittenOn() throws Exception {
    Path place = ForeignUser.place(dir);
    Path logs = place.resolve("logs");
    try (var user = ForeignUser.start(place, "--rotate")) {
      assertThat(user.send(0, 3)).isEqualTo("3 null");
      Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("r-xr-xr-x"));
      for (int next = 3; next < 300; ) {
        String answer = user.send(next, 300);
        assertThat(answer).endsWith(" null");
        next += Integer.parseInt(answer.substring(0, answer.indexOf(' ')));
      }
      assertSerials(serials(logs.resolve("audit.log")), 0, 300);
      Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void fewerToKeepAreFewerKept() throws Exception {
    try (var transport = builder().keep(20).build()) {
      open(transport);
      send(transport, 0, 1000);
    }
    Path foreign = Files.writeString(dir.resolve("audit.log.20261125"), "of logrotate");
    Files.writeString(dir.resolve("audit.log.1000"), "a number too large");
    Files.writeString(dir.resolve("audit.log.07"), "no number of ours");
    Files.writeString(dir.resolve("audit.log.9.bak"), "a copy");
    assertThat(dir.resolve("audit.log.9")).exists();
    Files.writeString(dir.resolve("audit.log.10.gz"), "compressed once");
    try (var transport = builder().keep(3).build()) {
      open(transport);
    }
    assertThat(names())
        .containsExactly(
            "audit.log",
            "audit.log.07",
            "audit.log.1",
            "audit.log.1000",
            "audit.log.2",
            "audit.log.20261125",
            "audit.log.3",
            "audit.log.9.bak");
    assertThat(foreign).hasContent("of logrotate");
  }

  @Test
  void anOldLogThatCannotBeDeletedHoldsUpNothing() throws Exception {
    try (var transport = builder().keep(20).build()) {
      open(transport);
      send(transport, 0, 1000);
    }
    Path stuck = dir.resolve("audit.log.8");
    assumeTrue(chattr("+i", stuck), "chattr(1) cannot make a file immutable here");
    try (var transport = builder().keep(3).build()) {
      open(transport);
      List<String> left = List.of("audit.log", "audit.log.1", "audit.log.2", "audit.log.3");
      assertThat(names()).containsAll(left).contains("audit.log.8").hasSize(5);
      send(transport, 1000, 1500);
      assertThat(serials(log)).as("a new log was begun").doesNotContain(1000L);
      assertThat(names()).containsAll(left).contains("audit.log.8").hasSize(5);
    } finally {
      chattr("-i", stuck);
    }
  }

  private static boolean chattr(String change, Path file) throws Exception {
    try {
      Process process =
          new ProcessBuilder("chattr", change, file.toString()).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void allTogetherAreNoLargerThanTheyMayBe() throws Exception {
    try (var transport = builder().keep(900).maxTotalBytes(20_000).build()) {
      open(transport);
      for (int i = 0; i < 1000; i += BATCH) {
        send(transport, i, i + BATCH);
        long total = 0;
        for (String name : names()) {
          total += name.equals("audit.log") ? 0 : Files.size(dir.resolve(name));
        }
        assertThat(total).isLessThanOrEqualTo(20_000);
      }
    }
    List<Long> kept = Logs.allSerials(log);
    assertSerials(kept, 1000 - kept.size(), 1000);
    assertThat(names()).contains("audit.log.4").doesNotContain("audit.log.5");
  }

  @Test
  void aNewLogIsBegunOnRequest() throws Exception {
    try (var transport = FileTransport.builder(log).build()) {
      transport.rotate(); // not open: when it is, and has records
      open(transport);
      transport.rotate();
      assertThat(names()).as("an empty log is not rotated").containsExactly("audit.log");
      send(transport, 0, 10);
      transport.rotate();
      assertThat(serials(dir.resolve("audit.log.1"))).hasSize(10);
      assertThat(log).isEmptyFile();
      transport.rotate();
      send(transport, 10, 20);
      transport.reset();
      transport.rotate();
      open(transport);
      send(transport, 20, 30);
    }
    assertThat(serials(dir.resolve("audit.log.2"))).hasSize(10);
    assertThat(serials(dir.resolve("audit.log.1"))).startsWith(10L).hasSize(10);
    assertThat(serials(log)).startsWith(20L).hasSize(10);
  }

  @Test
  void aNewLogIsBegunEachDay() throws Exception {
    var clock = new HandClock("Europe/Berlin", "2036-05-28T23:00"); // after the file's own times
    try (var transport =
        FileTransport.builder(log).period(RotationPeriod.DAILY).clock(clock).build()) {
      open(transport);
      for (int day = 0; day < 3; day++) {
        send(transport, 10 * day, 10 * day + 5);
        clock.add(Duration.ofMinutes(59));
        send(transport, 10 * day + 5, 10 * day + 10);
        clock.add(Duration.ofHours(23));
      }
    }
    assertSerials(serials(dir.resolve("audit.log.2")), 0, 10);
    assertSerials(serials(dir.resolve("audit.log.1")), 10, 20);
    assertSerials(serials(log), 20, 30);
  }

  @Test
  void aLogThatWasLastWrittenYesterdayIsRotatedFirst() throws Exception {
    var clock = new HandClock("UTC", "2036-03-28T23:00");
    try (var transport = FileTransport.builder(log).build()) {
      open(transport);
      send(transport, 0, 5);
    }
    try (var transport =
        FileTransport.builder(log).period(RotationPeriod.DAILY).clock(clock).build()) {
      open(transport);
      send(transport, 5, 10);
    }
    assertThat(serials(dir.resolve("audit.log.1"))).hasSize(5);
    assertThat(serials(log)).startsWith(5L).hasSize(5);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void whatIsCompressedIsWhatWasWritten(Compression compression) throws Exception {
    try (var transport = builder().keep(900).compression(compression).build()) {
      open(transport);
      send(transport, 0, 3000);
      assertSerials(all(compression), 0, 3000);
      for (String name : names()) {
        boolean isLog = name.equals("audit.log");
        assertThat(name).matches("audit\\.log(\\.[0-9]+" + suffix(compression) + ")?");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve(name))))
            .isEqualTo(isLog ? "rw-------" : "r--------");
      }
    }
  }

  private static String suffix(Compression compression) {
    return Pattern.quote(compression.suffix());
  }

  @ParameterizedTest
  @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void whatACrashLeftOfCompressingIsMadeAnew(Compression compression) throws Exception {
    try (var transport = builder().keep(900).build()) {
      open(transport);
      send(transport, 0, 500);
    }
    Files.writeString(dir.resolve("audit.log.2.gz"), "half of it");
    Files.writeString(dir.resolve("audit.log.3.zst"), "");
    Files.writeString(dir.resolve(".audit.log.0123456789abcdef.part"), "half of it");
    Path foreign = Files.writeString(dir.resolve(".audit.log.part"), "of somebody else");
    Files.createLink(dir.resolve("audit.log.900"), log); // nothing that a rotation leaves
    Files.delete(dir.resolve("audit.log.900"));
    try (var transport = builder().keep(900).compression(compression).build()) {
      open(transport);
      assertThat(foreign).exists();
      Files.delete(foreign);
      assertSerials(all(compression), 0, 500);
      send(transport, 500, 1000);
      assertSerials(all(compression), 0, 1000);
    }
  }

  @Test
  void aRotationThatACrashCutShortIsForgotten() throws Exception {
    try (var transport = builder().keep(900).build()) {
      open(transport);
      send(transport, 0, 30);
    }
    Files.createLink(dir.resolve("audit.log.1"), log); // the second name, and not yet a new log
    Files.writeString(dir.resolve(".audit.log.0123456789abcdef.part"), "");
    try (var transport = builder().keep(900).build()) {
      open(transport);
      send(transport, 30, 200);
    }
    assertThat(names()).noneMatch(name -> name.endsWith(".part"));
    assertSerials(Logs.allSerials(log), 0, 200);
  }

  @Test
  void thereIsALogAtEveryMoment() throws Exception {
    var stop = new AtomicBoolean();
    var absent = new AtomicLong();
    try (var transport = builder().keep(2).compression(Compression.GZIP).build()) {
      open(transport);
      Thread watcher =
          Thread.ofPlatform()
              .start(() -> {
                while (!stop.get()) {
                  if (!Files.exists(log)) {
                    absent.incrementAndGet();
                  }
                }
              });
      send(transport, 0, 20_000);
      stop.set(true);
      watcher.join();
    }
    assertThat(absent.get()).isZero();
  }

  @Test
  void closingDoesNotWaitForTheCompressor() throws Exception {
    for (int i = 0; i < 20; i++) {
      var transport = builder().keep(900).compression(Compression.GZIP).build();
      open(transport);
      send(transport, i * BATCH, (i + 1) * BATCH);
      transport.close();
    }
    try (var transport = builder().keep(900).compression(Compression.GZIP).build()) {
      open(transport);
      assertSerials(all(Compression.GZIP), 0, 2000);
    }
  }

  @Test
  void aLogThatIsNotOurOwnToRotateIsLeftToItsOwner() throws Exception {
    try (var transport = builder().build()) {
      open(transport);
      send(transport, 0, 60);
      Path other = dir.resolve("other");
      Files.writeString(other, Files.readString(log, ISO_8859_1), ISO_8859_1);
      Files.move(other, log, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
      SendResult result = transport.send(ListBatch.ofSerials(60, 120));
      assertThat(result.error()).as(result.reason()).isNull();
    }
    var found = new ArrayList<Long>(Logs.allSerials(log));
    assertThat(found).contains(0L, 59L, 60L);
  }
}
