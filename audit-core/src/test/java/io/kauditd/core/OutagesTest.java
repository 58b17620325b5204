// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FailureMode;
import io.kauditd.api.LostReason;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator reads of an outage in the program's log. */
@Timeout(60)
class OutagesTest {
  private static final String MISSING = "directory /x does not exist; create it";

  /** A transport that works when it is told to. */
  private static final class Switched implements Transport {
    volatile boolean works;

    @Override
    public OpenResult open(TransportContext context) {
      return works ? OpenResult.connected() : OpenResult.failed(MISSING);
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int taken = 0;
      while (works && batch.next() != null) {
        taken++;
      }
      return works ? SendResult.sent(taken) : SendResult.failed(0, SendError.ECONNREFUSED, MISSING);
    }

    @Override
    public void close() {}
  }

  private final Switched transport = new Switched();

  @BeforeEach
  void forget() {
    CapturingLogProvider.reset();
  }

  private KauditdBuilder builder() {
    return Kauditd.builder()
        .transport("file", transport)
        .reopenPauses(Duration.ofMillis(1), Duration.ofMillis(5));
  }

  private static List<String> lines(String words) throws Exception {
    return CapturingLogProvider.allLines().stream().filter(line -> line.contains(words)).toList();
  }

  private static void awaitLine(String words) throws Exception {
    Await.until("a line with " + words, () -> !lines(words).isEmpty());
  }

  @Test
  void theBeginningAndTheEndOfAnOutageAreSaidOnceEach() throws Exception {
    try (Kauditd audit = builder().start()) {
      audit.log(1112, "one");
      awaitLine("has stopped");
      Await.until("some attempts", () -> audit.status().passes() > 20);
      transport.works = true;
      awaitLine("works again");
    }
    assertThat(lines("delivery to"))
        .satisfiesExactly(
            stopped ->
                assertThat(stopped)
                    .isEqualTo(
                        "WARN delivery to 'file' has stopped: it cannot be opened: "
                            + MISSING
                            + "; records wait in the queues, and it is tried again"),
            again ->
                assertThat(again)
                    .startsWith("INFO delivery to 'file' works again after ")
                    .endsWith("; no record was lost"));
  }

  @Test
  void whatWasLostMeanwhileAndWhatToSetIsSaidAndNoRecordIsPrinted() throws Exception {
    try (Kauditd audit =
        builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(10))
            .reopenPauses(Duration.ofMillis(20), Duration.ofMillis(20))
            .start()) {
      for (int i = 0; i < 5_000; i++) {
        audit.log(1112, "acct=\"alice\"");
      }
      awaitLine("has stopped");
      transport.works = true;
      awaitLine("works again");
      assertThat(lines("works again").getFirst()).contains("records lost meanwhile: ");
    }
    assertThat(lines("the first record is lost: "))
        .singleElement()
        .asString()
        .contains("backlogLimit 10 records");
    assertThat(lines("alice")).as("account names").isEmpty();
  }

  @Test
  void whoDoesNotWantItHearsNothing() throws Exception {
    try (Kauditd audit = builder().announceOutages(false).start()) {
      audit.log(1112, "one");
      Await.until("some attempts", () -> audit.status().passes() > 20);
      transport.works = true;
      Await.until("delivered", () -> audit.status().ledger().delivered() == 1);
    }
    assertThat(lines("delivery to")).isEmpty();
  }

  @Test
  void whatTheEngineLogsItselfIsNotLedBackIntoIt() throws Exception {
    try (Kauditd audit = builder().start()) {
      CapturingLogProvider.beforeLine(() -> audit.log(1112, "a line of the engine"));
      audit.log(1112, "one");
      awaitLine("has stopped");
      transport.works = true;
      awaitLine("works again");
      assertThat(audit.status().ledger().dropped(LostReason.FILTERED)).isPositive();
      Await.until("delivered", () -> audit.status().ledger().delivered() == 1);
    }
  }

  @Test
  void closingSaysWhatIsLostWithTheProgram() throws Exception {
    Kauditd audit = builder().start();
    audit.log(1112, "one");
    audit.log(1112, "two");
    Await.until("tried", () -> audit.status().lastError() != null);
    AuditStatus end = audit.close(Duration.ofMillis(50));
    assertThat(end.ledger().dropped(LostReason.CLOSED)).isEqualTo(2);
    assertThat(end.ledger().waiting()).isZero();
    assertThat(end.ledger().balances()).isTrue();
    assertThat(end.lost()).isEqualTo(2);
    assertThat(audit.close(Duration.ZERO)).isEqualTo(end);
    assertThat(lines("closed: "))
        .containsExactly(
            "WARN closed: 2 records were not delivered (last error: open: "
                + MISSING
                + "): 0 are kept for the next start, 0 wait in queues that end with the program, 2"
                + " are lost");
  }

  @Test
  void oneRecordThatIsLeftIsNoPlural() throws Exception {
    Kauditd audit = builder().start();
    audit.log(1112, "one");
    Await.until("tried", () -> audit.status().lastError() != null);
    audit.close(Duration.ofMillis(50));
    assertThat(lines("closed: "))
        .containsExactly(
            "WARN closed: 1 record was not delivered (last error: open: "
                + MISSING
                + "): 0 are kept for the next start, 0 wait in queues that end with the program, 1"
                + " is lost");
  }

  @Test
  void aQueueOnAFullDiskSaysWhatToDoAndNoNameOfAClass() throws Exception {
    var faults = new FaultLog();
    faults.cannotTake("spool:/x", new IOException("No space left on device"));
    faults.cannotTake("spool:/x", new IOException("No space left on device"));
    faults.cannotTake("spool:/x", new FileSystemException("/x/1", null, "Input/output error"));
    assertThat(lines("cannot take a record"))
        .containsExactly(
            "ERROR spool:/x cannot take a record: No space left on device; make room, and it takes"
                + " records again by itself; said once",
            "ERROR spool:/x cannot take a record: Input/output error; it is tried again with the"
                + " next record; said once");
  }

  @Test
  void aLogWithANameSaysWhoseLossesTheseAre() throws Exception {
    var panics = new CopyOnWriteArrayList<String>();
    Kauditd audit =
        builder()
            .nameInLog("kafka")
            .settings(
                AuditSettings.DEFAULTS
                    .withBacklogLimit(1)
                    .withBacklogWaitTimeMs(0)
                    .withFailureMode(FailureMode.PANIC))
            .panicHandler(panics::add)
            .start();
    Await.until("full", () -> !audit.log(1112, "some"));
    audit.close(Duration.ZERO);

    assertThat(panics).isNotEmpty().allMatch(line -> line.startsWith("audit: kafka: "));
    assertThat(CapturingLogProvider.lines())
        .filteredOn(line -> !line.contains("delivery to 'file'"))
        .isNotEmpty()
        .allMatch(line -> line.matches("[A-Z]+ kafka: .*"));
    assertThat(lines("kafka: the first record is lost")).hasSize(1);
    assertThat(lines("kafka: audit_lost=")).isNotEmpty();
    assertThat(lines("kafka: closed: ")).hasSize(1);
  }
}
