// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.assertSerials;
import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.reasonOfFailure;
import static io.kauditd.transport.file.Logs.serials;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileTransportTest {
  @TempDir Path dir;
  private Path log;
  private FileTransport transport;

  @BeforeEach
  void make() {
    log = dir.resolve("audit.log");
    transport = FileTransport.builder(log).build();
  }

  @AfterEach
  void close() {
    transport.close();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void recordsBecomeLinesInOrder() throws Exception {
    open(transport);
    assertThat(transport.send(ListBatch.ofSerials(0, 3))).isEqualTo(SendResult.sent(3));
    assertThat(transport.send(ListBatch.ofSerials(3, 5))).isEqualTo(SendResult.sent(2));
    assertThat(log)
        .hasContent(
            """
            type=USER_LOGIN msg=audit(1642555588.000:0): seq=0 res=success
            type=USER_LOGIN msg=audit(1642555588.001:1): seq=1 res=success
            type=USER_LOGIN msg=audit(1642555588.002:2): seq=2 res=success
            type=USER_LOGIN msg=audit(1642555588.003:3): seq=3 res=success
            type=USER_LOGIN msg=audit(1642555588.004:4): seq=4 res=success
            """);
  }

  @Test
  void theSampleComesOutByteForByte() throws Exception {
    byte[] sample = Files.readAllBytes(Path.of("..", "samples", "audit.log"));
    var records = new ArrayList<AuditRecord>();
    for (String line : new String(sample, ISO_8859_1).split("\n", -1)) {
      if (!line.isEmpty()) {
        records.add(AuditLine.parse(line.getBytes(ISO_8859_1)));
      }
    }
    open(transport);
    assertThat(transport.send(ListBatch.of(records))).isEqualTo(SendResult.sent(39));
    assertThat(Files.readAllBytes(log)).isEqualTo(sample);
  }

  @Test
  void nothingInARecordMakesASecondLine() throws Exception {
    open(transport);
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < 256; i++) {
      all.write(i);
    }
    transport.send(
        ListBatch.of(
            AuditRecord.of(1112, 1, 1, "a\ntype=USER_LOGIN msg=audit(1.000:9): forged\r\nb\0c"),
            AuditRecord.ofBytes(1112, 1, 2, all.toByteArray()),
            AuditRecord.of(1112, 1, 3, "x").withHead("node=a\nb type=USER_LOGIN"),
            AuditRecord.of(1112, 1, 4, "end")));
    assertThat(new String(Files.readAllBytes(log), ISO_8859_1).lines()).hasSize(4);
  }

  /** A terminal whose screen is what this program prints, byte by byte, in hexadecimal digits. */
  private static final String TERMINAL =
      """
      import os, pty, sys, tty
      master, slave = pty.openpty()
      tty.setraw(slave)
      print(os.ttyname(slave), flush=True)
      line = b''
      while not line.endswith(b'\\n'):
          line += os.read(master, 1)
      print(line.hex(), flush=True)
      """;

  @Test
  void aTerminalDoesNotObeyARecord() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/python3")), "skipped: there is no python3");
    Process terminal = new ProcessBuilder("/usr/bin/python3", "-c", TERMINAL).start();
    try (var said = terminal.inputReader()) {
      try (var toTerminal = FileTransport.builder(Path.of(said.readLine())).build()) {
        open(toTerminal);
        byte[] text = "a\u001B]0;x\u0007\tb\u009B2J\u007F".getBytes(ISO_8859_1);
        toTerminal.send(ListBatch.of(AuditRecord.ofBytes(1112, 1_000, 2, text)));
      }
      byte[] shown = HexFormat.of().parseHex(said.readLine());
      assertThat(new String(shown, ISO_8859_1))
          .isEqualTo("type=USER_LOGIN msg=audit(1.000:2): a?]0;x?\tb?2J?\n");
    } finally {
      terminal.destroyForcibly();
    }
  }

  @Test
  void aBatchLargerThanTheBufferIsTakenInPieces() throws Exception {
    open(transport);
    var batch = ListBatch.ofSerials(0, 20_000);
    int taken = 0;
    int calls = 0;
    while (taken < 20_000) {
      SendResult result = transport.send(batch);
      assertThat(result.error()).isNull();
      taken += result.taken();
      assertThat(batch.pulled()).isEqualTo(taken);
      calls++;
    }
    assertThat(calls).isBetween(2, 30);
    assertSerials(serials(log), 0, 20_000);
  }

  @Test
  void aRecordThatIsTooLongIsRejectedAndThoseAroundItAreTaken() throws Exception {
    open(transport);
    var longest = AuditRecord.of(1112, 1, 2, "x".repeat(AuditRecord.MAX_LENGTH_BYTES));
    var tooLong = AuditRecord.of(1112, 1, 3, "x".repeat(AuditRecord.MAX_LENGTH_BYTES + 1));
    var batch = ListBatch.of(ListBatch.record(1), longest, tooLong, ListBatch.record(4));
    assertThat(transport.send(batch))
        .isEqualTo(SendResult.failed(2, SendError.REJECTED, "record 3 is longer than 8970 bytes"));
    assertThat(transport.send(batch)).isEqualTo(SendResult.sent(1));
    assertThat(transport.send(ListBatch.of(tooLong)).error()).isEqualTo(SendError.REJECTED);
    assertThat(serials(log)).containsExactly(1L, 2L, 4L);
  }

  @Test
  void theFileIsTheOwnersAlone() throws Exception {
    open(transport);
    assertThat(permissions(log)).isEqualTo("rw-------");
  }

  @Test
  void aFileThatOthersMayReadIsClosedToThem() throws Exception {
    Files.writeString(log, "type=USER_LOGIN msg=audit(1.000:1): x\n");
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-rw-rw-"));
    open(transport);
    assertThat(permissions(log)).isEqualTo("rw-------");
    transport.send(ListBatch.ofSerials(2, 3));
    assertThat(serials(log)).containsExactly(1L, 2L);
  }

  @Test
  void aGroupMayReadItIfAskedFor() throws Exception {
    String group =
        Files.readAttributes(dir, java.nio.file.attribute.PosixFileAttributes.class)
            .group()
            .getName();
    var forGroup = FileTransport.builder(log).group(group).build();
    open(forGroup);
    assertThat(permissions(log)).isEqualTo("rw-r-----");
    forGroup.close();
    var forNobody = FileTransport.builder(log).group("no-such-group").build();
    assertThat(reasonOfFailure(forNobody))
        .isEqualTo("there is no group 'no-such-group'; create it or set the option 'group'");
    Path other = dir.resolve("other.log");
    reasonOfFailure(FileTransport.builder(other).group("no-such-group").build());
    assertThat(other).as("nothing is made for it").doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(FlushMode.class)
  void everyFlushModeWritesTheSame(FlushMode mode) throws Exception {
    var flushing = FileTransport.builder(log).flush(mode).flushRecords(3).build();
    open(flushing);
    for (int i = 0; i < 20; i += 2) {
      assertThat(flushing.send(ListBatch.ofSerials(i, i + 2))).isEqualTo(SendResult.sent(2));
    }
    flushing.close();
    assertSerials(serials(log), 0, 20);
  }

  @Test
  void aFileThatWasMovedAwayIsMadeAnew() throws Exception {
    open(transport);
    transport.send(ListBatch.ofSerials(0, 2));
    Path moved = dir.resolve("moved.log");
    Files.move(log, moved);
    transport.send(ListBatch.ofSerials(2, 4));
    Files.delete(log);
    transport.send(ListBatch.ofSerials(4, 6));
    assertThat(serials(moved)).containsExactly(0L, 1L);
    assertThat(serials(log)).containsExactly(4L, 5L);
  }

  @Test
  void aFileThatWasPutInItsPlaceIsWrittenTo() throws Exception {
    open(transport);
    transport.send(ListBatch.ofSerials(0, 2));
    Path other = dir.resolve("other.log");
    Files.copy(log, other);
    Files.move(other, log, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    transport.send(ListBatch.ofSerials(2, 4));
    assertSerials(serials(log), 0, 4);
  }

  @Test
  void aFileThatWasTruncatedOrWrittenToByOthersStaysALog() throws Exception {
    open(transport);
    transport.send(ListBatch.ofSerials(0, 2));
    Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
    transport.send(ListBatch.ofSerials(2, 4));
    assertThat(serials(log)).containsExactly(2L, 3L);
    Files.writeString(log, "type=USER_LOGIN msg=au", StandardOpenOption.APPEND);
    transport.send(ListBatch.ofSerials(4, 6));
    assertSerials(serials(log), 2, 6);
  }

  @Test
  void anInterruptedThreadWritesAsUsualAndStaysInterrupted() throws Exception {
    Thread.currentThread().interrupt();
    open(transport);
    assertThat(transport.send(ListBatch.ofSerials(0, 2))).isEqualTo(SendResult.sent(2));
    transport.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(serials(log)).containsExactly(0L, 1L);
  }

  @ParameterizedTest
  @EnumSource(FlushMode.class)
  void interruptsInTheMiddleOfAWriteLoseAndDoubleNothing(FlushMode mode) throws Exception {
    var flushing = FileTransport.builder(log).flush(mode).build();
    open(flushing);
    Thread writer = Thread.currentThread();
    var stop = new AtomicBoolean();
    var sends = new AtomicInteger();
    Thread disturber =
        Thread.ofPlatform()
            .start(() -> {
              int seen = 0;
              while (!stop.get()) {
                LockSupport.parkNanos(100_000);
                if (sends.get() >= seen + 2) { // so that one of two is left alone
                  seen = sends.get();
                  writer.interrupt();
                }
              }
            });
    int taken = 0;
    int failed = 0;
    while (taken < 5000 || failed < 5) {
      SendResult result = flushing.send(ListBatch.ofSerials(taken, taken + 100));
      sends.incrementAndGet();
      assertThat(result.error()).isIn(null, SendError.EAGAIN);
      failed += result.error() != null ? 1 : 0;
      taken += result.taken();
      Thread.interrupted();
    }
    stop.set(true);
    awaitEnd(disturber);
    flushing.close();
    assertSerials(serials(log), 0, taken);
  }

  /** Waits for a thread that interrupts this one until it ends. */
  private static void awaitEnd(Thread disturber) {
    boolean ended = false;
    while (!ended) {
      try {
        ended = disturber.join(Duration.ofSeconds(1));
      } catch (InterruptedException e) {
        ended = false; // one of its last
      }
    }
    Thread.interrupted();
  }

  @Test
  void aSecondTransportOnTheSameFileIsRefused() {
    open(transport);
    var second = FileTransport.builder(log).build();
    assertThat(reasonOfFailure(second))
        .isEqualTo(log + " is being written by this process already");
    transport.close();
    open(second);
    second.close();
  }

  @Test
  void sendingAllocatesNothingForARecord() {
    open(transport);
    var records = new ArrayList<AuditRecord>();
    for (int i = 0; i < 1000; i++) {
      records.add(ListBatch.record(i));
    }
    for (int i = 0; i < 50; i++) {
      transport.send(ListBatch.of(records));
    }
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      transport.send(ListBatch.of(records));
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated / 100_000.0).as("bytes a record").isLessThan(8);
  }

  @Test
  void sendingWithoutOpeningOpens() throws Exception {
    assertThat(transport.send(ListBatch.ofSerials(0, 1))).isEqualTo(SendResult.sent(1));
    transport.reset();
    transport.reset();
    open(transport);
    assertThat(transport.send(ListBatch.ofSerials(1, 2))).isEqualTo(SendResult.sent(1));
    assertThat(serials(log)).containsExactly(0L, 1L);
  }

  @Test
  void closingWithoutOpeningIsFine() {
    transport.close();
    transport.close();
    assertThat(log).doesNotExist();
  }

  @Test
  void aLockThatAnotherProgramHoldsNamesIt() throws Exception {
    try (var holder = LockingChild.start(log)) {
      assertThat(reasonOfFailure(transport))
          .isEqualTo(
              log
                  + " is being written by process "
                  + holder.pid()
                  + "; stop it or choose another file");
    }
    open(transport);
  }
}
