// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An outage is reported when it begins, when its cause changes, and when it is over. */
class OutageReportsTest {
  private final List<String> said = new ArrayList<>();
  private long nowNs;
  private long lost;
  private final Outages outages =
      new Outages(
          new Outages.Reports("x:y", said::add, said::add, false), "", () -> nowNs, () -> lost);

  @Test
  void saysThatItCannotBeOpenedOnceForEachCause() {
    outages.cannotBeOpened("no such directory");
    outages.cannotBeOpened("no such directory");
    outages.cannotBeOpened("permission denied after 12 ms");
    outages.cannotBeOpened("permission denied after 345 ms");
    nowNs += Duration.ofMillis(5200).toNanos();
    outages.opened();
    outages.opened();

    assertThat(said)
        .containsExactly(
            "delivery to 'x:y' has stopped: it cannot be opened: no such directory; records wait in"
                + " the queues, and it is tried again",
            "delivery to 'x:y' does not go on: it cannot be opened: permission denied after 12 ms",
            "delivery to 'x:y' works again after 5 s 200 ms; no record was lost");
  }

  @Test
  void saysThatItLostItsDaemonUntilARecordIsTaken() {
    outages.opened();
    outages.sent(SendResult.sent(1));
    assertThat(said).isEmpty();
    outages.sent(SendResult.failed(0, SendError.ECONNREFUSED, "nobody listens"));
    outages.sent(SendResult.failed(0, SendError.ECONNREFUSED, "nobody listens"));
    outages.opened(); // which does not mean that it takes anything
    outages.sent(SendResult.failed(0, SendError.EIO, "broken"));
    outages.sent(SendResult.sent(1));

    assertThat(said)
        .containsExactly(
            "delivery to 'x:y' has stopped: it has lost its daemon: ECONNREFUSED: nobody listens;"
                + " records wait in the queues, and it is tried again",
            "delivery to 'x:y' does not go on: it has lost its daemon: EIO: broken",
            "delivery to 'x:y' works again after 0; no record was lost");
  }

  /** What takes its time is no outage until it lasts. */
  @Test
  void isSilentAboutAConnectionThatTakesItsTime() {
    for (int i = 0; i < 5; i++) {
      outages.connecting("still connecting to loghost:9092");
      nowNs += Duration.ofMillis(900).toNanos();
    }
    outages.opened();
    assertThat(said).isEmpty();

    outages.connecting("still connecting to loghost:9092");
    nowNs += Outages.CONNECT_NS;
    outages.connecting("still connecting to loghost:9092");
    outages.connecting("still connecting to loghost:9092");
    outages.cannotBeOpened("loghost:9092: Connection refused");
    outages.connecting("still connecting to loghost:9092");
    nowNs += Duration.ofSeconds(1).toNanos();
    outages.opened();
    assertThat(said)
        .containsExactly(
            "delivery to 'x:y' has stopped: there is no connection yet: still connecting to"
                + " loghost:9092; records wait in the queues, and it is tried again",
            "delivery to 'x:y' does not go on: it cannot be opened: loghost:9092: Connection"
                + " refused",
            "delivery to 'x:y' works again after 6 s; no record was lost");
  }

  @Test
  void isSilentAboutADaemonThatIsSlow() {
    for (int i = 0; i < 10; i++) {
      outages.sent(SendResult.failed(0, SendError.EAGAIN, "full"));
      nowNs += Duration.ofMillis(90).toNanos();
    }
    outages.sent(SendResult.sent(1));
    outages.sent(SendResult.failed(0, SendError.REJECTED, "never"));
    assertThat(said).isEmpty();

    outages.sent(SendResult.failed(0, SendError.EAGAIN, "full"));
    nowNs += Outages.STALL_NS;
    outages.sent(SendResult.failed(0, SendError.EAGAIN, "full"));
    assertThat(said).singleElement().asString().contains("it takes nothing: full; records wait");
  }

  @Test
  void saysThatADaemonUnregisteredUntilOneRegisters() {
    outages.unregistered(null);
    outages.opened();
    outages.unregistered("no answer to a heartbeat for 30 s");
    outages.opened();
    assertThat(said)
        .satisfiesExactly(
            stopped -> assertThat(stopped).contains("its daemon has unregistered"),
            again -> assertThat(again).contains("works again"),
            stopped ->
                assertThat(stopped)
                    .contains("it has lost its daemon: no answer to a heartbeat for 30 s;"),
            again -> assertThat(again).contains("works again"));
  }

  @Test
  void saysWhatWasLostMeanwhile() {
    lost = 7; // before
    outages.cannotBeOpened("away");
    lost += 3;
    outages.opened();
    assertThat(said.getLast()).endsWith("; records lost meanwhile: 3");
  }

  @Test
  void theFirstLossIsNotReportedWithoutAdvice() {
    outages.firstLoss(LostReason.BACKLOG_LIMIT, AuditSettings.DEFAULTS);
    assertThat(said).isEmpty();
  }

  /** With an engine: the reports of a program go to it alone, and its faults do no harm. */
  @Test
  @Timeout(60)
  void anEngineReportsToTheConsumerItWasGiven() throws Exception {
    CapturingLogProvider.reset();
    var heard = new CopyOnWriteArrayList<String>();
    Transport missing =
        new Transport() {
          @Override
          public OpenResult open(TransportContext context) {
            return heard.isEmpty() ? OpenResult.failed("away") : OpenResult.connected();
          }

          @Override
          public SendResult send(RecordBatch batch) {
            return batch.next() == null ? SendResult.sent(0) : SendResult.sent(1);
          }

          @Override
          public void close() {}
        };
    try (Kauditd audit =
        Kauditd.builder()
            .transport("file", missing)
            .reopenPauses(Duration.ofMillis(1), Duration.ofMillis(5))
            .announceOutages(
                "file:x",
                sentence -> {
                  heard.add(sentence);
                  throw new IllegalStateException("a fault of the program");
                })
            .start()) {
      audit.log(1112, "one");
      Await.until("delivered", () -> audit.status().ledger().delivered() == 1);
    }
    assertThat(heard)
        .satisfiesExactly(
            stopped -> assertThat(stopped).startsWith("delivery to 'file:x' has stopped: "),
            again -> assertThat(again).startsWith("delivery to 'file:x' works again after "));
    assertThat(CapturingLogProvider.allLines()).noneMatch(line -> line.contains("delivery to"));
  }
}
