// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NameLost;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.fixtures.plugin.OutageRounds;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real auditd as the collector; skipped where there is none, or no root. */
class RealAuditdTest {
  private static final Pattern SERIAL = Pattern.compile(":([0-9]+)\\): seq=");
  private static final int WINDOW = 32;

  @TempDir Path directory;

  @Test
  void recordsArriveWhole() throws Exception {
    try (var auditd = new Auditd(directory);
        Transport transport = TestPlugins.transport(auditd.place(), "node=web1")) {
      auditd.start();
      Await.until(() -> transport.open(new NoEngine()), OpenResult.connected()::equals);
      String text = "op=\"a]\\b\" msg=ä ";
      AuditRecord longest = // with "node=web1 type=USER_LOGIN msg=audit(1642555588.123:4711): "
          AuditRecord.of(1112, 1642555588123L, 4711, text + "x".repeat(8_954 - 58 - 17));
      AuditRecord named = ListBatch.record(2).withHead("node=db7 type=USER_LOGIN");
      AuditRecord end = AuditRecord.of(RecordType.EOE, 1642555588123L, 4711, "");
      assertThat(transport.send(ListBatch.of(longest, end, named))).isEqualTo(SendResult.sent(3));

      List<String> lines = auditd.lines();
      assertThat(lines.getFirst())
          .startsWith("node=web1 type=USER_LOGIN msg=audit(1642555588.123:4711): " + text + "xxx")
          .endsWith("xxx");
      assertThat(lines.getFirst().getBytes(UTF_8)).hasSize(8_954);
      assertThat(lines.getLast())
          .isEqualTo("node=db7 type=USER_LOGIN msg=audit(1642555588.002:2): seq=2 res=success");
      assertThat(lines).as("EOE is for those who listen").hasSize(2);

      AuditRecord longer = AuditRecord.of(1112, 1642555588123L, 1, longest.text() + "x".repeat(4));
      SendResult result = transport.send(ListBatch.of(longer));
      assertThat(result.error()).isEqualTo(SendError.REJECTED);
      assertThat(transport.send(ListBatch.of(ListBatch.record(3)))).isEqualTo(SendResult.sent(1));
    }
  }

  /** It refuses records, and suspends its log, until somebody makes room and tells it to go on. */
  @Test
  void itsDiskGetsFullAndNothingIsLost() throws Exception {
    try (var auditd = new Auditd(directory);
        Transport transport =
            TestPlugins.transport(auditd.place(), "window=8", "send-timeout=5s")) {
      auditd.startOnSmallDisk();
      Await.until(() -> transport.open(new NoEngine()), OpenResult.connected()::equals);
      Path filler = auditd.logs().resolve("filler");
      assertThatThrownBy(() -> fill(filler)).hasMessageContaining("No space left");

      SendResult result;
      int serial = 0;
      do {
        result = transport.send(ListBatch.of(ListBatch.record(++serial)));
      } while (result.error() == null);
      assertThat(result.error()).isEqualTo(SendError.EAGAIN);
      assertThat(result.reason()).containsAnyOf("'disk full'", "'remote logging suspended'");
      AuditRecord refused = ListBatch.record(serial);
      assertThat(transport.send(ListBatch.of(refused)).reason())
          .endsWith(": the server says 'remote logging suspended'");

      Files.delete(filler);
      auditd.resume();
      Await.until(() -> transport.send(ListBatch.of(refused)), SendResult.sent(1)::equals);
      assertThat(transport.send(ListBatch.of(ListBatch.record(++serial))))
          .isEqualTo(SendResult.sent(1));
      // the beginning of the record that it refused stays in the log, as far as there was room
      assertThat(auditd.lines().stream().filter(line -> line.endsWith(" res=success")))
          .extracting(RealAuditdTest::serial)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, serial).boxed().toList());
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[1_024];
    try (var out = Files.newOutputStream(file)) {
      while (true) {
        out.write(block);
      }
    }
  }

  /** Ended, stopped and killed by turns, while records come. */
  @Test
  @Tag(Deep.TAG)
  void nothingIsLostAndDoublesAreTheWindowAndCounted() throws Exception {
    try (var auditd = new Auditd(directory)) {
      auditd.start();
      var rounds = new OutageRounds(auditd, 3 * (int) Deep.count(1, 10, 70), 1_000);
      AuditStatus status = rounds.send(TestPlugins.transport(auditd.place(), "window=" + WINDOW));
      List<Long> serials = auditd.lines().stream().map(RealAuditdTest::serial).toList();
      long doubles = rounds.assertAllArrived(serials, WINDOW);
      assertThat(status.ledger().sentAgain()).isGreaterThanOrEqualTo(doubles);
    }
  }

  @Test
  void itsNameIsGoneForATime() throws Exception {
    try (var auditd = new Auditd(directory)) {
      auditd.start();
      String said =
          NameLost.happen(
              AuditdTransportProvider.class,
              auditd,
              auditd.port(),
              () -> auditd.lines().size(),
              directory);
      assertThat(said).endsWith(NameLost.HOST + ":" + auditd.port() + ": the host is not known");
      assertThat(auditd.lines().stream().map(RealAuditdTest::serial))
          .containsExactlyElementsOf(LongStream.rangeClosed(1, NameLost.RECORDS).boxed().toList());
    }
  }

  private static long serial(String line) {
    Matcher serial = SERIAL.matcher(line);
    return serial.find() ? Long.parseLong(serial.group(1)) : 0;
  }
}
