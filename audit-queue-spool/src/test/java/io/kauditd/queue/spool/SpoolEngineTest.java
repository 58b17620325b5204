// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.spi.SendError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine with queues on disk, over a restart. */
class SpoolEngineTest {
  private final Spools.Daemon daemon = new Spools.Daemon();

  @TempDir Path dir;
  private Path hold;

  @BeforeEach
  void namePlaces() {
    hold = dir.resolve("hold");
  }

  private AuditEngine start() throws IOException {
    return Kauditd.builder().holdQueue(open(hold)).transport("scripted", daemon).passive();
  }

  /** One run of a program, from its start to its end. */
  private void holdWhileTheDaemonIsAway(int records) throws IOException {
    daemon.answers(SendError.ECONNREFUSED);
    AuditEngine engine = start();
    log(engine, 1, records);
    engine.pass();
    engine.pass();
    assertThat(engine.status().ledger().inHold()).isEqualTo(records);
    engine.close();
    daemon.answers(null);
  }

  private static void log(AuditEngine engine, int from, int to) {
    for (int n = from; n <= to; n++) {
      assertThat(engine.log(1300, "n=" + n)).isTrue();
    }
  }

  private static List<String> texts(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(n -> "n=" + n).toList();
  }

  @Test
  void whatWasHeldIsDeliveredAfterTheRestartBeforeWhatCameLater() throws IOException {
    holdWhileTheDaemonIsAway(100);
    AuditEngine second = start();
    log(second, 101, 110);
    second.pass();

    AuditStatus status = second.status();
    assertThat(daemon.texts()).isEqualTo(texts(1, 110));
    assertThat(status.ledger().recovered()).isEqualTo(100);
    assertThat(status.ledger().delivered()).isEqualTo(110);
    assertThat(status.ledger().balances()).isTrue();
    second.close();

    AuditEngine third = start();
    assertThat(third.status().ledger().recovered()).isZero();
    third.close();
  }

  @Test
  void damagedRecordsAreCountedInTheLedgerAndTheOthersDelivered() throws IOException {
    holdWhileTheDaemonIsAway(300);
    Path segment = Spools.segments(hold).get(1);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 2] ^= 4;
    Files.write(segment, bytes);

    AuditEngine second = start();
    second.pass();

    AuditStatus status = second.status();
    assertThat(daemon.texts()).hasSize(299).isSubsetOf(texts(1, 300));
    assertThat(status.ledger().recovered()).isEqualTo(300);
    assertThat(status.ledger().dropped(LostReason.QUEUE_FAILURE)).isEqualTo(1);
    assertThat(status.lost()).isEqualTo(1);
    assertThat(status.ledger().balances()).isTrue();
    second.close();
  }

  @Test
  void allThreeQueuesMayBeOnDisk() throws IOException {
    daemon.answers(SendError.EAGAIN);
    AuditEngine first = startOnDisk();
    log(first, 1, 20);
    first.pass(); // what the daemon does not take goes to the retry queue
    log(first, 21, 30);
    assertThat(first.status().ledger().balances()).isTrue();
    first.close();

    daemon.answers(null);
    AuditEngine second = startOnDisk();
    assertThat(second.status().ledger().recovered()).isEqualTo(30);
    second.pass();

    assertThat(daemon.texts()).isEqualTo(texts(1, 30));
    assertThat(second.status().ledger().balances()).isTrue();
    second.close();
  }

  private AuditEngine startOnDisk() throws IOException {
    return Kauditd.builder()
        .policy("ordered", new OrderedPolicy())
        .mainQueue(open(dir.resolve("main")))
        .retryQueue(open(dir.resolve("retry")))
        .holdQueue(open(hold))
        .transport("scripted", daemon)
        .passive();
  }
}
