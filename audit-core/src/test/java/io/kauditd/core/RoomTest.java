// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who waits, waits for room, and asleep; nobody waits for itself. */
@Timeout(60)
class RoomTest {
  private static final AuditSettings WAITS =
      AuditSettings.DEFAULTS.withBacklogWaitTimeMs(600_000); // the test would end before

  /** A queue with a bound of its own, in records; counts how often it was asked. */
  private static final class SmallQueue extends WrappedQueue {
    private final AtomicInteger asked = new AtomicInteger();
    private final int bound;
    private volatile boolean readable = true;

    SmallQueue(int bound) {
      this.bound = bound;
    }

    @Override
    public boolean add(AuditRecord record, int capacity) {
      asked.incrementAndGet();
      return inner.add(record, Math.min(bound, capacity));
    }

    @Override
    public @Nullable AuditRecord poll() {
      return readable ? inner.poll() : null;
    }
  }

  /** Takes a record for each permit. */
  private static final class Metered implements Transport {
    private final Semaphore permits = new Semaphore(0);

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected(1);
    }

    @Override
    public SendResult send(RecordBatch batch) {
      permits.acquireUninterruptibly();
      batch.next();
      return SendResult.sent(1);
    }

    @Override
    public void close() {}
  }

  private final Metered daemon = new Metered();

  @Test
  void aProducerSleepsWhileAQueueWithItsOwnBoundIsFull() throws Exception {
    var queue = new SmallQueue(2);
    Kauditd audit =
        Kauditd.builder().settings(WAITS).transport("metered", daemon).mainQueue(queue).start();
    Thread producer =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 6; i++) {
                audit.log(1112, "n=" + i);
              }
            });
    Await.until("it waits", () -> producer.getState() == Thread.State.TIMED_WAITING);
    int asked = queue.asked.get();

    // Only a pass, or room within one, is a reason to ask again, and none ends while the daemon
    // takes nothing.
    for (int i = 0; i < 1_000; i++) {
      Thread.onSpinWait();
    }
    assertThat(queue.asked.get() - asked).isLessThanOrEqualTo(4);

    daemon.permits.release(6);
    producer.join(); // and is woken when there is room, long before its time is over
    AuditStatus end = audit.close(Duration.ofSeconds(10));
    assertThat(end.ledger().delivered()).isEqualTo(6);
    assertThat(end.lost()).isZero();
    assertThat(end.backlogWaitTimeActualMs()).isLessThan(60_000);
  }

  @ParameterizedTest
  @EnumSource(KernelPolicy.class)
  void aMainQueueThatCannotBeReadIsNoReasonToSpin(KernelPolicy policy) throws Exception {
    var queue = new SmallQueue(100);
    queue.readable = false;
    daemon.permits.release(1_000_000);
    Kauditd audit =
        Kauditd.builder()
            .policy(policy)
            .transport("metered", daemon)
            .mainQueue(queue)
            .retryPauses(Duration.ofDays(1), Duration.ofDays(1))
            .start();
    audit.log(1112, "one");
    Await.until("it was tried", () -> audit.status().passes() > 0);

    Thread thread = KauditdThread.find();
    Await.until("it sleeps", () -> thread.getState() == Thread.State.TIMED_WAITING);

    queue.readable = true;
    assertThat(audit.close(Duration.ofSeconds(10)).ledger().delivered()).isEqualTo(1);
  }

  @Test
  void anInterruptOfTheKauditdThreadIsForgotten() throws Exception {
    daemon.permits.release(1_000_000);
    Kauditd audit = Kauditd.builder().transport("metered", daemon).start();
    audit.addListener(record -> Thread.currentThread().interrupt());
    audit.log(1112, "one");
    Await.until("it is delivered", () -> audit.status().ledger().delivered() == 1);

    Await.until("the thread sleeps without a time limit", audit::isParked);

    long passes = audit.status().passes();
    audit.log(1112, "two");
    Await.until("it is delivered", () -> audit.status().ledger().delivered() == 2);
    Await.until("the thread sleeps again", audit::isParked);
    assertThat(audit.status().passes() - passes).isLessThanOrEqualTo(3);
    audit.close(Duration.ofSeconds(10));
  }

  @Test
  void anInterruptOfAProducerIsKeptForItAndEndsNoWait() throws Exception {
    Kauditd audit =
        Kauditd.builder().settings(WAITS.withBacklogLimit(1)).transport("metered", daemon).start();
    var interrupted = new AtomicBoolean();
    var accepted = new AtomicInteger();
    Thread producer =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 6; i++) {
                accepted.addAndGet(audit.log(1112, "n=" + i) ? 1 : 0);
              }
              interrupted.set(Thread.interrupted());
            });
    Await.until("it waits", () -> producer.getState() == Thread.State.TIMED_WAITING);
    producer.interrupt();
    daemon.permits.release(6);

    producer.join();

    assertThat(interrupted).isTrue();
    assertThat(accepted).hasValue(6);
    audit.close(Duration.ofSeconds(10));
  }

  @Test
  void whoRunsThePassesNeverWaitsForOne() {
    daemon.permits.release(1_000_000);
    AuditEngine engine =
        Kauditd.builder().settings(WAITS.withBacklogLimit(4)).transport("m", daemon).passive();
    engine.addListener(record -> {
      if (record.text().startsWith("n")) {
        assertThat(engine.log(1112, "seen once")).isTrue();
        assertThat(engine.log(1112, "seen twice")).isTrue();
      }
    });
    for (int i = 0; i < 5; i++) {
      engine.log(1112, "n=" + i);
    }

    assertThat(engine.log(1112, "one too many")).isFalse(); // the test would end before it waited
    engine.pass();
    while (engine.status().backlog() > 0) {
      engine.pass();
    }
    for (int i = 0; i < 5; i++) {
      engine.log(1112, "m=" + i);
    }
    assertThat(engine.log(1112, "one too many")).isFalse();

    AuditStatus status = engine.status();
    assertThat(status.ledger().delivered()).isEqualTo(15);
    assertThat(status.ledger().dropped(LostReason.BACKLOG_LIMIT)).isEqualTo(2);
    assertThat(status.backlogWaitTimeActualMs()).isZero();
  }

  @Test
  void aPassIsNotRunWithinAPass() {
    daemon.permits.release(1_000_000);
    AuditEngine engine = Kauditd.builder().transport("m", daemon).passive();
    var seen = new AtomicReference<@Nullable Throwable>();
    engine.addListener(record -> {
      try {
        engine.pass();
      } catch (IllegalStateException e) {
        seen.set(e);
      }
    });
    engine.log(1112, "one");

    engine.pass();

    assertThat(seen.get()).hasMessageContaining("a pass is running");
    assertThat(engine.status().ledger().delivered()).isEqualTo(1);
  }

  /** Whatever queue it is, what was logged shows before a pass. */
  @Test
  void theStatusIsTrueBeforeAPass() {
    AuditEngine engine =
        Kauditd.builder().transport("m", daemon).mainQueue(new SmallQueue(3)).passive();
    for (int i = 0; i < 5; i++) {
      engine.log(1112, "n=" + i);
    }

    AuditStatus status = engine.status();

    assertThat(status.ledger().logged()).isEqualTo(5);
    assertThat(status.backlog()).isEqualTo(3);
    assertThat(status.lost()).isEqualTo(2).isEqualTo(status.ledger().droppedTotal());
    assertThat(status.ledger().balances()).isTrue();
  }
}
