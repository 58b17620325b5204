// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.StandStill;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        Transport transport = Made.transport(auditd.place(), "node=web1")) {
      auditd.start();
      Await.until(() -> transport.open(Made.context()), OpenResult.connected()::equals);
      String text = "op=\"a]\\b\" msg=ä ";
      AuditRecord longest = // with "node=web1 type=USER_LOGIN msg=audit(1642555588.123:4711): "
          AuditRecord.of(1112, 1642555588123L, 4711, text + "x".repeat(8_954 - 58 - 17));
      AuditRecord named = Made.record(2).withHead("node=db7 type=USER_LOGIN");
      AuditRecord end = AuditRecord.of(RecordType.EOE, 1642555588123L, 4711, "");
      assertThat(transport.send(Made.batch(longest, end, named))).isEqualTo(SendResult.sent(3));

      List<String> lines = auditd.lines();
      assertThat(lines.getFirst())
          .startsWith("node=web1 type=USER_LOGIN msg=audit(1642555588.123:4711): " + text + "xxx")
          .endsWith("xxx");
      assertThat(lines.getFirst().getBytes(UTF_8)).hasSize(8_954);
      assertThat(lines.getLast())
          .isEqualTo("node=db7 type=USER_LOGIN msg=audit(1642555588.002:2): seq=2 res=success");
      assertThat(lines).as("EOE is for those who listen").hasSize(2);

      AuditRecord longer = AuditRecord.of(1112, 1642555588123L, 1, longest.text() + "x".repeat(4));
      SendResult result = transport.send(Made.batch(longer));
      assertThat(result.error()).isEqualTo(SendError.REJECTED);
      assertThat(transport.send(Made.batch(Made.record(3)))).isEqualTo(SendResult.sent(1));
    }
  }

  /** It refuses records, and suspends its log, until somebody makes room and tells it to go on. */
  @Test
  void itsDiskGetsFullAndNothingIsLost() throws Exception {
    try (var auditd = new Auditd(directory);
        Transport transport = Made.transport(auditd.place(), "window=8", "send-timeout=5s")) {
      auditd.startOnSmallDisk();
      Await.until(() -> transport.open(Made.context()), OpenResult.connected()::equals);
      Path filler = auditd.logs().resolve("filler");
      assertThatThrownBy(() -> fill(filler)).hasMessageContaining("No space left");

      SendResult result;
      int serial = 0;
      do {
        result = transport.send(Made.batch(Made.record(++serial)));
      } while (result.error() == null);
      assertThat(result.error()).isEqualTo(SendError.EAGAIN);
      assertThat(result.reason()).containsAnyOf("'disk full'", "'remote logging suspended'");
      AuditRecord refused = Made.record(serial);
      assertThat(transport.send(Made.batch(refused)).reason())
          .endsWith(": the server says 'remote logging suspended'");

      Files.delete(filler);
      auditd.resume();
      Await.until(() -> transport.send(Made.batch(refused)), SendResult.sent(1)::equals);
      assertThat(transport.send(Made.batch(Made.record(++serial)))).isEqualTo(SendResult.sent(1));
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
    int outages = 3 * (int) Deep.count(1, 10, 70);
    int perOutage = 1_000;
    int records = (outages + 1) * perOutage;
    try (var auditd = new Auditd(directory)) {
      auditd.start();
      var log =
          Kauditd.builder()
              .transport("auditd", Made.transport(auditd.place(), "window=" + WINDOW))
              .settings(AuditSettings.DEFAULTS.withBacklogLimit(0))
              .numberRecords()
              .reopenPauses(Duration.ofMillis(10), Duration.ofMillis(100))
              .start();
      try (log) {
        for (int serial = 1; serial <= records; serial++) {
          int outage = serial % perOutage == 0 ? serial / perOutage : 0;
          if (outage == 0 || outage > outages) {
            log.log(Made.record(serial));
          } else {
            // only a record of this round can be one too many: it went over a new connection
            long before = (long) serial - perOutage;
            Await.until("it goes on", () -> log.status().ledger().delivered() > before);
            trouble(auditd, log, Made.record(serial), outage % 3);
          }
        }
        Await.until("all are acknowledged", () -> log.status().ledger().delivered() >= records);
      }
      assertThat(log.status().lost()).isZero();

      Map<Long, Integer> times = new HashMap<>();
      auditd.lines().forEach(line -> times.merge(serial(line), 1, Integer::sum));
      assertThat(times).hasSize(records).doesNotContainKey(0L);
      long doubles = times.values().stream().mapToLong(each -> each - 1).sum();
      assertThat(doubles).isBetween(0L, (long) outages * WINDOW);
      assertThat(log.status().ledger().sentAgain()).isGreaterThanOrEqualTo(doubles);
    }
  }

  private static void trouble(Auditd auditd, AuditLog log, AuditRecord next, int kind)
      throws Exception {
    if (kind == 0) { // it hangs until that is noticed
      long failed = log.status().failedSends();
      StandStill.begin(auditd.pid());
      log.log(next);
      Await.until(log::status, status -> status.failedSends() > failed || !status.connected());
      StandStill.end(auditd.pid());
    } else {
      auditd.end(kind == 1);
      log.log(next);
      auditd.start();
    }
  }

  private static long serial(String line) {
    Matcher serial = SERIAL.matcher(line);
    return serial.find() ? Long.parseLong(serial.group(1)) : 0;
  }
}
