// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.EventLog;
import io.kauditd.api.FailureMode;
import io.kauditd.api.LostReason;
import io.kauditd.api.RecordType;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KauditdTest {
  private static final Duration SOON = Duration.ofMillis(1);

  /** Answers as the test says; records what it took. */
  private static final class Sink implements Transport {
    private final AtomicReference<@Nullable SendError> error = new AtomicReference<>();
    private final AtomicInteger opens = new AtomicInteger();
    private final AtomicInteger failingOpens = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();
    private final List<Long> taken = new ArrayList<>(); // the kauditd thread's, read after close
    private volatile boolean closed;
    private volatile Runnable beforeSend = () -> {};
    private volatile @Nullable TransportContext context;

    TransportContext context() {
      return Objects.requireNonNull(context);
    }

    @Override
    public OpenResult open(TransportContext opened) {
      context = opened;
      opens.incrementAndGet();
      return failingOpens.getAndUpdate(n -> Math.max(0, n - 1)) > 0
          ? OpenResult.failed("not yet")
          : OpenResult.connected();
    }

    @Override
    public SendResult send(RecordBatch batch) {
      AuditRecord record = batch.next();
      attempts.incrementAndGet();
      beforeSend.run();
      SendError now = error.get();
      if (now != null || record == null) {
        return SendResult.failed(0, now == null ? SendError.EIO : now, "the test says so");
      }
      taken.add(record.serial());
      return SendResult.sent(1);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final Sink sink = new Sink();

  private KauditdBuilder builder() {
    return Kauditd.builder()
        .transport("sink", sink)
        .retryPauses(SOON, SOON)
        .reopenPauses(SOON, SOON);
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for 30 s").isLessThan(endNs);
      Thread.onSpinWait();
    }
  }

  @Test
  void deliversAndCloses() {
    Kauditd audit = builder().start();
    for (int i = 0; i < 100; i++) {
      assertThat(audit.log(RecordType.USER_LOGIN, "n=" + i)).isTrue();
    }

    AuditStatus status = audit.close(Duration.ofSeconds(10));

    assertThat(sink.taken).hasSize(100).isSorted();
    assertThat(sink.closed).isTrue();
    assertThat(status.closed()).isTrue();
    assertThat(status.ledger().delivered()).isEqualTo(100);
    assertThat(status.ledger().waiting()).isZero();
    assertThat(status.ledger().balances()).isTrue();
  }

  @Test
  void countsWhatIsLoggedAfterItWasClosed() {
    Kauditd audit = builder().start();
    audit.close(Duration.ofSeconds(10));

    assertThat(audit.log(RecordType.USER_LOGIN, "late")).isFalse();

    assertThat(audit.status().ledger().dropped(LostReason.CLOSED)).isEqualTo(1);
    assertThat(audit.status().ledger().balances()).isTrue();
    assertThat(audit.close(Duration.ofSeconds(1)).closed()).isTrue();
  }

  @Test
  void theRecordsOfAnEventShareTimeAndSerial() {
    var memory = new MemoryTransport(10);
    try (Kauditd audit = Kauditd.builder().transport("memory", memory).start()) {
      EventLog event = audit.event();
      assertThat(event.log(RecordType.SYSCALL, "arch=c000003e")).isTrue();
      assertThat(event.log(RecordType.PATH, "item=0")).isTrue();
      audit.log(RecordType.USER_LOGIN, "another");
    }
    List<AuditRecord> records = memory.records();
    assertThat(records).hasSize(3);
    assertThat(records.get(1).serial()).isEqualTo(records.get(0).serial());
    assertThat(records.get(1).timeMs()).isEqualTo(records.get(0).timeMs());
    assertThat(records.get(2).serial()).isNotEqualTo(records.get(0).serial());
  }

  @Test
  void theRetryTimerDeliversWithoutANewRecord() {
    sink.error.set(SendError.EAGAIN);
    Kauditd audit = builder().start();
    audit.log(RecordType.USER_LOGIN, "one");
    await(() -> audit.status().ledger().inRetry() == 1);

    sink.error.set(null);

    await(() -> audit.status().ledger().delivered() == 1);
    audit.close();
  }

  @Test
  void opensALostTransportAgainAndDeliversWhatWasHeld() {
    sink.error.set(SendError.ECONNREFUSED);
    Kauditd audit = builder().start();
    audit.log(RecordType.USER_LOGIN, "one");
    await(() -> audit.status().resets() > 0);
    assertThat(audit.status().lastError()).contains("ECONNREFUSED").contains("the test says so");

    sink.failingOpens.set(3);
    sink.error.set(null);

    await(() -> audit.status().ledger().delivered() == 1);
    assertThat(sink.opens.get()).isGreaterThan(4);
    audit.close();
  }

  @Test
  void closesInTimeAndReportsWhatIsLeftWhenTheDaemonTakesNothing() {
    sink.error.set(SendError.EAGAIN);
    Kauditd audit = builder().start();
    for (int i = 0; i < 10; i++) {
      audit.log(RecordType.USER_LOGIN, "n=" + i);
    }

    AuditStatus status = audit.close(Duration.ofMillis(50));

    assertThat(status.ledger().dropped(LostReason.CLOSED))
        .as("nobody has the queues")
        .isEqualTo(10);
    assertThat(status.ledger().waiting()).isZero();
    assertThat(status.ledger().balances()).isTrue();
  }

  @Test
  void whatIsLeftInAQueueOfTheCallersWaitsThere() {
    sink.error.set(SendError.EAGAIN);
    var queues = List.of(new MemoryQueue(), new MemoryQueue(), new MemoryQueue());
    Kauditd audit =
        builder()
            .mainQueue(queues.get(0))
            .retryQueue(queues.get(1))
            .holdQueue(queues.get(2))
            .start();
    for (int i = 0; i < 10; i++) {
      audit.log(RecordType.USER_LOGIN, "n=" + i);
    }

    AuditStatus status = audit.close(Duration.ofMillis(50));

    assertThat(status.ledger().waiting()).isEqualTo(10);
    assertThat(status.lost()).isZero();
    assertThat(queues.stream().mapToInt(MemoryQueue::size).sum()).isEqualTo(10);
  }

  @Test
  void closesInTimeEvenIfTheTransportHangs() throws InterruptedException {
    var inSend = new CountDownLatch(1);
    var mayReturn = new CountDownLatch(1);
    Transport hanging =
        new Transport() {
          @Override
          public OpenResult open(TransportContext context) {
            return OpenResult.connected();
          }

          @Override
          public SendResult send(RecordBatch batch) {
            batch.next();
            inSend.countDown();
            boolean interrupted = false;
            while (true) {
              try {
                mayReturn.await();
                break;
              } catch (InterruptedException e) {
                interrupted = true;
              }
            }
            if (interrupted) {
              Thread.currentThread().interrupt();
            }
            return SendResult.sent(1);
          }

          @Override
          public void close() {}
        };
    Kauditd audit = Kauditd.builder().transport("hanging", hanging).start();
    audit.log(RecordType.USER_LOGIN, "one");
    inSend.await();

    AuditStatus status = audit.close(Duration.ofMillis(20));

    assertThat(status.ledger().delivered()).isZero();
    assertThat(status.ledger().waiting()).isEqualTo(1);
    assertThat(status.ledger().balances()).isTrue();
    mayReturn.countDown();
    await(() -> audit.status().closed());
    assertThat(audit.status().ledger().delivered()).isEqualTo(1);
  }

  @Test
  void anIdleEngineRunsNoPasses() {
    Kauditd audit = builder().start();
    audit.log(RecordType.USER_LOGIN, "one");
    await(() -> audit.status().ledger().delivered() == 1);
    Thread thread = KauditdThread.find();
    await(() -> thread.getState() == Thread.State.WAITING);
    long passes = audit.status().passes();

    // A thread that waits without a time limit is not woken by time.
    assertThat(thread.getState()).isEqualTo(Thread.State.WAITING);
    assertThat(audit.status().passes()).isEqualTo(passes);
    audit.close();
  }

  @Test
  void panicCallsTheHandlerAndGoesOn() {
    var messages = new AtomicReference<String>();
    Kauditd audit =
        builder()
            .settings(AuditSettings.DEFAULTS.withFailureMode(FailureMode.PANIC).withRateLimit(1))
            .panicHandler(messages::set)
            .start();

    audit.log(RecordType.USER_LOGIN, "one");
    assertThat(audit.log(RecordType.USER_LOGIN, "two")).isFalse();

    assertThat(messages.get()).isEqualTo("audit: rate limit exceeded");
    audit.configure(s -> s.withRateLimit(0));
    assertThat(audit.log(RecordType.USER_LOGIN, "three")).isTrue();
    AuditStatus status = audit.close(Duration.ofSeconds(10));
    assertThat(status.lost()).isEqualTo(1);
    assertThat(status.ledger().dropped(LostReason.RATE_LIMIT)).isEqualTo(1);
  }

  @Test
  void aRecordThatTheTransportRejectsDoesNotStopTheOthers() {
    sink.error.set(SendError.REJECTED);
    Kauditd audit = builder().start();
    audit.log(RecordType.USER_LOGIN, "bad");
    await(() -> audit.status().ledger().dropped(LostReason.REJECTED) == 1);
    sink.error.set(null);

    audit.log(RecordType.USER_LOGIN, "good");

    assertThat(audit.close(Duration.ofSeconds(10)).ledger().delivered()).isEqualTo(1);
    assertThat(audit.status().resets()).isZero();
  }

  @Test
  void loggingFromTheKauditdThreadItselfDoesNotDeadlock() {
    var audit = new AtomicReference<Kauditd>();
    var logged = new AtomicInteger();
    Kauditd started =
        builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(1).withBacklogWaitTimeMs(60_000))
            .start();
    audit.set(started);
    started.addListener(record -> {
      if (logged.incrementAndGet() <= 10) {
        audit.get().log(RecordType.USER_LOGIN, "from the thread");
      }
    });

    started.log(RecordType.USER_LOGIN, "first");

    await(() -> started.status().ledger().delivered() == 11);
    started.close();
  }

  @Test
  void restsUntilHalfTheBacklogLimitHasCome() {
    Kauditd audit =
        builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(10))
            .rest(Duration.ofHours(1))
            .start();
    audit.log(RecordType.USER_LOGIN, "wakes the thread, which rests after it");
    await(() -> audit.status().ledger().delivered() == 1);
    for (int i = 0; i < 6; i++) {
      audit.log(RecordType.USER_LOGIN, "n=" + i);
    }
    await(() -> audit.status().ledger().delivered() == 7);

    audit.log(RecordType.USER_LOGIN, "no reason to wake it again");
    AuditStatus atClose = audit.close(Duration.ofSeconds(10));

    assertThat(atClose.ledger().delivered()).isEqualTo(8);
    assertThat(atClose.passes()).as("one a record would be 8").isLessThan(8);
  }

  @Test
  void aRestEndsForACommand() {
    Kauditd audit = builder().rest(Duration.ofHours(1)).start();
    audit.log(RecordType.USER_LOGIN, "first");
    await(() -> audit.status().ledger().delivered() == 1);

    sink.context().connect(4711);

    await(() -> audit.status().daemon() == 4711);
    audit.close(Duration.ofSeconds(10));
  }

  @Test
  void producersAreWokenWhenHalfTheBacklogIsFreeAndThePassGoesOn() throws InterruptedException {
    int limit = 20;
    var firstSend = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var waiterIsIn = new CountDownLatch(1);
    var inTime = new AtomicInteger();
    var sends = new AtomicInteger();
    sink.beforeSend =
        () -> {
          int send = sends.incrementAndGet();
          if (send == 1) {
            firstSend.countDown();
            awaitLatch(goOn);
          } else if (send == limit && awaitLatch(waiterIsIn)) { // still the same pass
            inTime.incrementAndGet();
          }
        };
    Kauditd audit =
        builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(limit).withBacklogWaitTimeMs(600_000))
            .rest(Duration.ZERO)
            .start();
    audit.log(RecordType.USER_LOGIN, "in flight");
    awaitLatch(firstSend);
    for (int i = 0; i <= limit; i++) {
      audit.log(RecordType.USER_LOGIN, "n=" + i);
    }
    Thread waiter =
        Thread.ofPlatform()
            .start(() -> {
              audit.log(RecordType.USER_LOGIN, "waits for room");
              waiterIsIn.countDown();
            });
    await(() -> waiter.getState() == Thread.State.TIMED_WAITING);
    goOn.countDown();

    await(() -> audit.status().ledger().delivered() == limit + 3);
    waiter.join();
    assertThat(inTime).hasValue(1);
    audit.close(Duration.ofSeconds(10));
  }

  private static boolean awaitLatch(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
