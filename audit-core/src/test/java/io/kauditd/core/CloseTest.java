// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FailureMode;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The status that close returns is final and true. */
@Timeout(120)
class CloseTest {
  private static final int PRODUCERS = 2;
  private static final AuditRecord RECORD = AuditRecord.of(1112, 1, 1, "x");
  private static final AuditSettings UNBOUNDED =
      AuditSettings.DEFAULTS.withBacklogLimit(0).withFailureMode(FailureMode.SILENT);

  /** What a transport does for each record. */
  private static Transport transport(Runnable eachRecord, Runnable close) {
    return new Transport() {
      @Override
      public OpenResult open(TransportContext context) {
        return OpenResult.connected(1);
      }

      @Override
      public SendResult send(RecordBatch batch) {
        batch.next();
        eachRecord.run();
        return SendResult.sent(1);
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }

  private static long accountedFor(Ledger ledger) {
    return ledger.delivered()
        + ledger.waiting()
        + ledger.droppedTotal()
        - ledger.dropped(LostReason.CLOSED);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"memory", "other"})
  @Tag(Deep.TAG)
  void whatWasAcceptedIsInTheStatusThatCloseReturns(String kind) throws Exception {
    var barrier = new CyclicBarrier(PRODUCERS + 1);
    try (ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS);
        DeepSearch closes = Deep.search("closes with busy producers", 400, 50_000, 500_000)) {
      for (long n = 0; closes.goesOn(); n++) {
        Kauditd audit =
            Kauditd.builder()
                .transport("null", new NullTransport())
                .settings(UNBOUNDED)
                .mainQueue(kind.equals("memory") ? new MemoryQueue() : new WrappedQueue())
                .start();
        List<Future<Long>> accepted = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
          accepted.add(threads.submit(() -> logUntilClosed(audit, barrier)));
        }
        barrier.await();
        spin(n % 64);
        AuditStatus end = audit.close(n % 2 == 0 ? Duration.ZERO : Duration.ofSeconds(10));
        long all = 0;
        for (Future<Long> of : accepted) {
          all += of.get();
        }
        assertThat(end.closed()).isTrue();
        assertThat(accountedFor(end.ledger())).as("close %d: %s", n, end.ledger()).isEqualTo(all);
        assertThat(end.ledger().balances()).isTrue();
        assertThat(accountedFor(audit.status().ledger())).isEqualTo(all);
        closes.tried(1);
      }
    }
  }

  private static long logUntilClosed(Kauditd audit, CyclicBarrier barrier) throws Exception {
    barrier.await();
    return logUntilClosed(audit);
  }

  private static long logUntilClosed(Kauditd audit) {
    long accepted = 0;
    while (audit.log(RECORD)) {
      accepted++;
    }
    return accepted;
  }

  private static void spin(long times) {
    for (long i = 0; i < times * 20; i++) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aPassEndsBetweenTwoSendsWhenTheTimeIsOver() {
    var clock = new HandMovedClock();
    var sent = new AtomicInteger();
    AuditEngine engine =
        Kauditd.builder()
            .settings(UNBOUNDED)
            .clock(clock)
            .transport(
                "slow",
                transport(
                    () -> {
                      sent.incrementAndGet();
                      clock.now += 1_000_000;
                    },
                    () -> {}))
            .passive();
    for (int i = 0; i < 500; i++) {
      engine.log(RECORD);
    }

    AuditStatus end = engine.close(Duration.ofMillis(200));

    assertThat(sent).hasValue(200);
    assertThat(end.ledger().delivered()).isEqualTo(200);
    assertThat(end.ledger().inMain()).isEqualTo(300);
    assertThat(engine.pass()).isTrue(); // of a closed engine: does nothing
    assertThat(sent).hasValue(200);
  }

  /** A time that the test moves. */
  @Test
  void aPassThatIsUnderWayEndsWhenTheTimeIsOverToo() throws Exception {
    var sent = new AtomicInteger();
    var closed = new CountDownLatch(1);
    Kauditd audit =
        Kauditd.builder()
            .settings(UNBOUNDED)
            .transport(
                "slow",
                transport(
                    () -> {
                      LockSupport.parkNanos(1_000_000); // a daemon that takes its time
                      sent.incrementAndGet();
                    },
                    closed::countDown))
            .start();
    for (int i = 0; i < 100_000; i++) {
      audit.log(RECORD);
    }
    Await.until("a pass is under way", () -> sent.get() > 10);

    AuditStatus end = audit.close(Duration.ofMillis(20));

    assertThat(end.closed()).isTrue();
    assertThat(closed.getCount()).isZero();
    assertThat(end.ledger().delivered()).isEqualTo(sent.get());
    assertThat(end.ledger().delivered() + end.ledger().dropped(LostReason.CLOSED))
        .isEqualTo(100_000);
    assertThat(audit.status().ledger()).isEqualTo(end.ledger());
  }

  @Test
  void aSecondCloseShortensNothing() throws Exception {
    var inSend = new CountDownLatch(1);
    var mayGoOn = new CountDownLatch(1);
    Kauditd audit =
        Kauditd.builder()
            .settings(UNBOUNDED)
            .mainQueue(new MemoryQueue()) // it fills until close has come, without a limit in bytes
            .transport(
                "held up",
                transport(
                    () -> {
                      inSend.countDown();
                      Waits.await(mayGoOn, Long.MAX_VALUE / 4);
                    },
                    () -> {}))
            .start();
    for (int i = 0; i < 100; i++) {
      audit.log(RECORD);
    }
    inSend.await();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<AuditStatus> first = threads.submit(() -> audit.close(Duration.ofHours(1)));
      long more = logUntilClosed(audit);

      AuditStatus second = audit.close(Duration.ZERO);

      assertThat(second.closed()).as("the first one still has time").isFalse();
      assertThat(second.ledger().balances()).isTrue();
      mayGoOn.countDown();
      assertThat(first.get().closed()).isTrue();
      assertThat(first.get().ledger().delivered()).isEqualTo(100 + more);
      assertThat(audit.close(Duration.ofHours(1)).ledger()).isEqualTo(first.get().ledger());
    }
  }

  @Test
  void anInterruptEndsNoCloseAndIsKept() {
    Kauditd audit =
        Kauditd.builder().settings(UNBOUNDED).transport("null", new NullTransport()).start();
    audit.log(RECORD);
    Thread.currentThread().interrupt();

    AuditStatus end = audit.close(Duration.ofSeconds(10));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(end.ledger().delivered()).isEqualTo(1);
  }

  @Test
  void theKauditdThreadClosesWhenItsOwnPlugInAsksForIt() throws Exception {
    var asked = new AtomicReference<@Nullable AuditStatus>();
    var started =
        Kauditd.builder().settings(UNBOUNDED).transport("null", new NullTransport()).start();
    started.addListener(record -> asked.set(started.close(Duration.ofHours(1))));
    started.log(RECORD);

    Await.until("the engine is closed", () -> started.status().closed());

    assertThat(asked.get()).isNotNull();
    assertThat(started.status().ledger().delivered()).isEqualTo(1);
    assertThat(started.log(RECORD)).isFalse();
  }
}
