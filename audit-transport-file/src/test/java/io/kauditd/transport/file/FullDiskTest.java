// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.assertSerials;
import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.serials;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class FullDiskTest {
  private static final Path ALWAYS_FULL = Path.of("/dev/full");

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(FlushMode.class)
  void aFullDiskIsEagainAndItGoesOnWhenThereIsRoom(FlushMode mode) throws Exception {
    try (var disk = SmallDisk.mount(dir, 256);
        var transport =
            FileTransport.builder(disk.root().resolve("audit.log")).flush(mode).build()) {
      Path log = disk.root().resolve("audit.log");
      open(transport);
      Path filler = disk.fillUpTo(40 * 1024);

      int taken = 0;
      SendResult result;
      do {
        result = transport.send(ListBatch.ofSerials(taken, taken + 100));
        taken += result.taken();
      } while (result.error() == null);

      assertThat(result.error()).isEqualTo(SendError.EAGAIN);
      assertThat(result.reason()).isEqualTo("write to " + log + ": No space left on device");
      assertThat(taken).isGreaterThan(100);
      assertSerials(serials(log), 0, taken);

      SendResult again = transport.send(ListBatch.ofSerials(taken, taken + 100));
      assertThat(again.error()).isEqualTo(SendError.EAGAIN);
      taken += again.taken();
      assertSerials(serials(log), 0, taken);

      Files.delete(filler);
      assertThat(transport.send(ListBatch.ofSerials(taken, taken + 100)))
          .isEqualTo(SendResult.sent(100));
      assertSerials(serials(log), 0, taken + 100);
    }
  }

  @Test
  void aDeviceThatIsAlwaysFullTakesNothing() {
    assumeTrue(Files.exists(ALWAYS_FULL), "there is no /dev/full");
    for (FlushMode mode : FlushMode.values()) {
      try (var transport = FileTransport.builder(ALWAYS_FULL).flush(mode).build()) {
        open(transport);
        for (int i = 0; i < 3; i++) {
          assertThat(transport.send(ListBatch.ofSerials(0, 10)))
              .isEqualTo(
                  SendResult.failed(
                      0, SendError.EAGAIN, "write to /dev/full: No space left on device"));
        }
      }
    }
  }

  @Test
  void aDeviceThatTakesEverythingTakesEverything() {
    Path bin = Path.of("/dev/null");
    assumeTrue(Files.exists(bin), "there is no /dev/null");
    for (FlushMode mode : FlushMode.values()) {
      try (var transport = FileTransport.builder(bin).flush(mode).build()) {
        open(transport);
        for (int i = 0; i < 1000; i += 100) {
          assertThat(transport.send(ListBatch.ofSerials(i, i + 100)))
              .isEqualTo(SendResult.sent(100));
        }
      }
    }
  }

  @Test
  void throughTheEngineEverythingWaitsAndThenArrives() throws Exception {
    int records = 5000;
    try (var disk = SmallDisk.mount(dir, 1024)) {
      Path log = disk.root().resolve("audit.log");
      Path filler = disk.fillUpTo(64 * 1024);
      try (var audit =
          Kauditd.builder()
              .transport("file", FileTransport.builder(log).build())
              .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
              .start()) {
        for (int i = 0; i < records; i++) {
          assertThat(audit.log(ListBatch.record(i))).isTrue();
        }
        AuditStatus full = Await.until(audit::status, now -> now.lastError() != null);
        assertThat(full.lastError()).contains("No space left on device");
        assertThat(full.ledger().waiting()).isPositive();
        assertThat(full.lost()).isZero();
        assertThat(full.connected()).as("still connected").isTrue();
        assertThat(full.resets()).isZero();

        Files.delete(filler);
        AuditStatus done = Await.until(audit::status, now -> now.ledger().waiting() == 0);
        assertThat(done.ledger().delivered()).isEqualTo(records);
        assertThat(audit.close(Duration.ofSeconds(10)).ledger().balances()).isTrue();
      }
      assertThat(serials(log)).hasSize(records).doesNotHaveDuplicates();
    }
  }

  @Test
  void aRecordThatFitsGoesThroughWhenTheNextDoesNot() throws Exception {
    try (var disk = SmallDisk.mount(dir, 64);
        var transport = FileTransport.builder(disk.root().resolve("audit.log")).build()) {
      Path log = disk.root().resolve("audit.log");
      open(transport);
      disk.fillUpTo(8192);
      var small = ListBatch.record(0);
      var large = AuditRecord.of(1112, 1, 1, "x".repeat(8900));
      SendResult result = transport.send(ListBatch.of(small, large));
      assertThat(result.taken()).isEqualTo(1);
      assertThat(result.error()).isEqualTo(SendError.EAGAIN);
      assertSerials(serials(log), 0, 1);
      assertThat(transport.send(ListBatch.of(ListBatch.record(1)))).isEqualTo(SendResult.sent(1));
      assertSerials(serials(log), 0, 2);
    }
  }
}
