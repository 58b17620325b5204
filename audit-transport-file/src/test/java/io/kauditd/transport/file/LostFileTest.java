// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static io.kauditd.transport.file.Logs.assertSerials;
import static io.kauditd.transport.file.Logs.open;
import static io.kauditd.transport.file.Logs.reasonOfFailure;
import static io.kauditd.transport.file.Logs.serials;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LostFileTest {
  @TempDir Path temp;

  @Test
  void aDirectoryThatVanishedIsALostConnectionAndComesBack() throws Exception {
    Path dir = Files.createDirectory(temp.toRealPath().resolve("logs"));
    Path log = dir.resolve("audit.log");
    try (var transport = FileTransport.builder(log).build()) {
      open(transport);
      assertThat(transport.send(ListBatch.ofSerials(0, 2))).isEqualTo(SendResult.sent(2));
      Files.delete(log);
      Files.delete(dir);
      String reason = "the directory " + dir + " does not exist; create it";
      assertThat(transport.send(ListBatch.ofSerials(2, 4)))
          .isEqualTo(SendResult.failed(0, SendError.ECONNREFUSED, reason));
      transport.reset();
      assertThat(reasonOfFailure(transport)).isEqualTo(reason);
      Files.createDirectory(dir);
      open(transport);
      assertThat(transport.send(ListBatch.ofSerials(2, 4))).isEqualTo(SendResult.sent(2));
      assertSerials(serials(log), 2, 4);
    }
  }

  @Test
  void theEngineReconnectsByItself() throws Exception {
    Path dir = Files.createDirectory(temp.toRealPath().resolve("logs"));
    Path log = dir.resolve("audit.log");
    try (var audit =
        Kauditd.builder()
            .transport("file", FileTransport.builder(log).build())
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
            .reopenPauses(Duration.ofMillis(5), Duration.ofMillis(50))
            .start()) {
      audit.log(ListBatch.record(0));
      Await.until(audit::status, now -> now.ledger().delivered() == 1);
      Files.delete(log);
      Files.delete(dir);
      for (int i = 1; i < 100; i++) {
        audit.log(ListBatch.record(i));
      }
      AuditStatus lost = Await.until(audit::status, now -> !now.connected());
      assertThat(lost.resets()).isPositive();
      assertThat(lost.lastError()).contains("does not exist");
      assertThat(lost.ledger().dropped(LostReason.REJECTED)).isZero();
      Files.createDirectory(dir);
      Await.until(audit::status, now -> now.ledger().waiting() == 0);
    }
    assertThat(serials(log)).hasSize(99).doesNotHaveDuplicates();
  }

  @Test
  void aPermissionThatWasTakenAwayIsALostConnectionAndComesBack() throws Exception {
    Path place = ForeignUser.place(temp.toRealPath());
    try (var user = ForeignUser.start(place)) {
      Path logs = place.resolve("logs");
      Path log = logs.resolve("audit.log");
      assertThat(user.send(0, 3)).isEqualTo("3 null");
      Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("---------"));
      assertThat(user.send(3, 6)).isEqualTo("0 EPERM open " + log + ": Permission denied");
      assertThat(user.reopen()).isEqualTo("Failed " + log + ": Permission denied");
      Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwx------"));
      assertThat(user.reopen()).isEqualTo("Connected");
      assertThat(user.send(3, 6)).isEqualTo("3 null");
      assertSerials(serials(log), 0, 6);
    }
  }

  @Test
  void aReadOnlyFileSystemIsNotOpened() throws Exception {
    Path proc = Path.of("/proc/self");
    assumeTrue(Files.isDirectory(proc), "there is no /proc");
    Path log = proc.resolve("audit.log");
    try (var transport = FileTransport.builder(log).build()) {
      assertThat(reasonOfFailure(transport)).startsWith(log + ": ");
    }
  }

  @Test
  void aFileThatCannotGrowIsFull() throws IOException, InterruptedException {
    Path log = temp.toRealPath().resolve("audit.log");
    // ulimit -f counts in blocks of 512 or 1024 bytes, as the shell likes it.
    Process limited =
        Children.java(
            java.util.List.of("sh", "-c", "ulimit -f 8 && exec \"$@\"", "sh"),
            SendingChild.class,
            log.toString());
    try (var child = new SendingChild.Remote(limited)) {
      assertThat(child.send(0, 1000)).endsWith(" EAGAIN write to " + log + ": File too large");
      int taken = serials(log).size();
      assertThat(taken).isPositive();
      assertSerials(serials(log), 0, taken);
    }
  }
}
