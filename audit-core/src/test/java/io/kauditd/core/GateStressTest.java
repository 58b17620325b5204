// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Producers at the gate: each is woken in time, none waits for longer than it may. */
class GateStressTest {
  private static final int LIMIT = 8;

  /** Takes a record whenever the test lets it; remembers how often it saw each. */
  private static final class Metered implements Transport {
    private final Semaphore permits = new Semaphore(0);
    private final ConcurrentHashMap<Long, Integer> seen = new ConcurrentHashMap<>();

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      permits.acquireUninterruptibly();
      AuditRecord record = Objects.requireNonNull(batch.next());
      seen.merge(record.serial(), 1, Integer::sum);
      return SendResult.sent(1);
    }

    @Override
    public void close() {}
  }

  /**
   * With a wait time of a minute and a test of seconds, one lost wake-up would leave a producer,
   * and so the test, behind: each record fits only when a pass has made room for it.
   */
  @Test
  @Timeout(60)
  void noWakeUpIsLostWhenEveryRecordHasToWait() throws Exception {
    int producers = 6;
    int recordsEach = 3_000;
    var transport = new Metered();
    transport.permits.release(Integer.MAX_VALUE / 2);
    AuditSettings settings =
        AuditSettings.DEFAULTS.withBacklogLimit(1).withBacklogWaitTimeMs(60_000);
    Kauditd audit = Kauditd.builder().transport("t", transport).settings(settings).start();
    var serial = new AtomicLong();
    var refused = new AtomicLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < producers; i++) {
        futures.add(
            threads.submit(() -> {
              for (int n = 0; n < recordsEach; n++) {
                if (!audit.log(AuditRecord.of(1112, 0, serial.incrementAndGet(), ""))) {
                  refused.incrementAndGet();
                }
              }
            }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    }
    AuditStatus status = audit.close(Duration.ofSeconds(20));

    assertThat(refused.get()).isZero();
    assertThat(status.ledger().delivered()).isEqualTo((long) producers * recordsEach);
    assertThat(transport.seen).hasSize(producers * recordsEach);
    assertThat(transport.seen.values()).allMatch(times -> times == 1);
    assertThat(status.highWater().main()).isLessThanOrEqualTo(2);
  }

  @Test
  @Timeout(60)
  void aProducerWaitsForItsTimeAndNoLonger() throws Exception {
    long waitMs = 100;
    var transport = new Metered(); // takes nothing until the test lets it
    Kauditd audit =
        Kauditd.builder()
            .transport("t", transport)
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT).withBacklogWaitTimeMs(waitMs))
            .start();
    try {
      long slowestNs = 0;
      int lost = 0;
      for (int n = 0; lost < 3; n++) {
        long beganNs = System.nanoTime();
        boolean accepted = audit.log(1112, "n=" + n);
        long tookNs = System.nanoTime() - beganNs;
        if (!accepted) {
          lost++;
          assertThat(tookNs).isGreaterThanOrEqualTo(waitMs * 1_000_000);
        }
        slowestNs = Math.max(slowestNs, tookNs);
      }
      // Ten times the wait: far more than a scheduler adds, far less than another whole wait a
      // record
      // would, if a producer that lost a race began its wait anew for ever.
      assertThat(slowestNs).isLessThan(10 * waitMs * 1_000_000);
      AuditStatus status = audit.status();
      assertThat(status.backlogWaitTimeActualMs()).isGreaterThanOrEqualTo(3 * waitMs);
      assertThat(status.ledger().dropped(LostReason.BACKLOG_LIMIT)).isEqualTo(3);
    } finally {
      transport.permits.release(1_000_000);
      audit.close(Duration.ofSeconds(10));
    }
    assertThat(audit.status().ledger().balances()).isTrue();
    assertThat(audit.status().ledger().waiting()).isZero();
  }
}
