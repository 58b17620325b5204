// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FailureMode;
import io.kauditd.api.ProducerContext;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.KauditdBuilder;
import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.core.Printk;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random failures, reconnects and setting changes, with one thread (every step repeatable by its
 * seed) and with many. The ledger balances at every moment, and is what really happened.
 *
 * <p>The seed is part of each failure's message; {@code -Dkauditd.seed=N} begins with another one.
 */
class SeededStormTest {
  private static final long SEED = Deep.seed();
  private static final int STEPS = 1_000;

  /** Takes and refuses at random; a daemon comes and goes. */
  private static final class Stormy implements Transport {
    private final Random random;
    private final List<Long> delivered = new ArrayList<>();
    private volatile boolean calm;

    Stormy(long seed) {
      this.random = new Random(seed);
    }

    @Override
    public OpenResult open(TransportContext context) {
      return calm || random.nextInt(3) > 0
          ? OpenResult.connected(1 + random.nextInt(3))
          : OpenResult.failed("stormy");
    }

    @Override
    public SendResult send(RecordBatch batch) {
      int most = 1 + random.nextInt(20);
      List<Long> pulled = new ArrayList<>();
      for (AuditRecord r = batch.next(); r != null; r = batch.next()) {
        pulled.add(r.serial());
        if (pulled.size() == most) {
          break;
        }
      }
      boolean fails = !calm && random.nextInt(4) == 0;
      int taken = fails ? random.nextInt(pulled.size()) : pulled.size();
      delivered.addAll(pulled.subList(0, taken));
      if (!fails) {
        return SendResult.sent(taken);
      }
      return SendResult.failed(taken, any(random, SendError.class), "stormy");
    }

    @Override
    public void close() {}
  }

  private static KauditdBuilder builder(String policy, Stormy transport) {
    KauditdBuilder builder =
        Kauditd.builder()
            .transport("stormy", transport)
            .printk(Printk.silent())
            .reopenPauses(Duration.ofNanos(1000), Duration.ofNanos(2000))
            .retryPauses(Duration.ofNanos(1000), Duration.ofNanos(2000));
    return policy.equals(OrderedPolicy.ID)
        ? builder.policy(policy, new OrderedPolicy())
        : builder.policy(KernelPolicy.valueOf(policy));
  }

  private static <E extends Enum<E>> E any(Random random, Class<E> choices) {
    List<E> all = List.copyOf(EnumSet.allOf(choices));
    return all.get(random.nextInt(all.size()));
  }

  private static AuditSettings randomSettings(Random random, long waitTimeMs) {
    return AuditSettings.DEFAULTS
        .withBacklogLimit(random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(50))
        .withBacklogWaitTimeMs(waitTimeMs)
        .withRateLimit(random.nextInt(4) == 0 ? 1 + random.nextInt(1000) : 0)
        .withFailureMode(any(random, FailureMode.class))
        .withAuditDefault(random.nextInt(3) > 0);
  }

  @ParameterizedTest(name = "{0}, one thread")
  @ValueSource(strings = {"MAINLINE", "RFC", "V5_16", "ordered"})
  @Tag(Deep.TAG)
  void theLedgerIsExactAfterEveryStep(String policy) {
    try (DeepSearch steps =
        Deep.search("steps of seeded storms", 40 * STEPS, 25_000_000, 250_000_000)) {
      for (long seed = SEED; steps.goesOn(); seed++) {
        oneThread(policy, seed);
        steps.tried(STEPS);
      }
    }
  }

  private static void oneThread(String policy, long seed) {
    var random = new Random(seed);
    var transport = new Stormy(seed);
    var clock = new ManualClock(0);
    AuditEngine engine =
        builder(policy, transport)
            .clock(clock)
            .panicHandler(message -> {})
            .backlogWait(new ScriptedWait(clock, (ms, woken) -> {}))
            .passive();
    long logged = 0;
    long accepted = 0;
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(12)) {
        case 0 -> engine.configure(s -> randomSettings(random, 0));
        case 1 -> engine.connect(1 + random.nextInt(3));
        case 2 -> engine.disconnect();
        case 3, 4, 5 -> engine.pass();
        default -> {
          for (int n = random.nextInt(10); n > 0; n--) {
            logged++;
            AuditRecord record = AuditRecord.of(1112, 0, logged, "");
            accepted += engine.log(record, context(random)) ? 1 : 0;
          }
        }
      }
      clock.advanceMs(random.nextInt(100));
      if (random.nextInt(3) == 0) {
        engine.runCommands();
      }
      check(engine.status(), transport, logged, accepted, policy + " seed " + seed);
    }
    checkDelivered(policy, transport, policy + " seed " + seed);
  }

  private static ProducerContext context(Random random) {
    return any(random, ProducerContext.class);
  }

  private static void check(
      AuditStatus status, Stormy transport, long logged, long accepted, String run) {
    var ledger = status.ledger();
    assertThat(ledger.balances()).as("%s: %s", run, ledger).isTrue();
    assertThat(ledger.logged()).as("%s: logged", run).isEqualTo(logged);
    assertThat(ledger.delivered()).as("%s: delivered", run).isEqualTo(transport.delivered.size());
    assertThat(logged - accepted).as("%s: refused", run).isLessThanOrEqualTo(ledger.droppedTotal());
  }

  private static void checkDelivered(String policy, Stormy transport, String run) {
    assertThat(transport.delivered).as("%s: nothing twice", run).doesNotHaveDuplicates();
    if (policy.equals(OrderedPolicy.ID)) {
      assertThat(transport.delivered).as("%s: in order", run).isSorted();
    }
  }

  @ParameterizedTest(name = "{0}, many threads")
  @ValueSource(strings = {"MAINLINE", "RFC", "ordered"})
  @Timeout(120)
  void theLedgerIsExactWithManyProducers(String policy) throws Exception {
    int producers = 8;
    int recordsEach = 5_000;
    var transport = new Stormy(SEED);
    Kauditd audit = builder(policy, transport).panicHandler(message -> {}).start();
    var accepted = new AtomicLong();
    var serial = new AtomicLong();
    var done = new AtomicBoolean();
    try (ExecutorService producerThreads = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService others = Executors.newFixedThreadPool(2)) {
      var begin = new CountDownLatch(1);
      List<Future<?>> logging = new ArrayList<>();
      for (int p = 0; p < producers; p++) {
        logging.add(
            producerThreads.submit(() -> {
              begin.await();
              for (int n = 0; n < recordsEach; n++) {
                AuditRecord r = AuditRecord.of(1112, 0, serial.incrementAndGet(), "");
                accepted.addAndGet(audit.log(r) ? 1 : 0);
              }
              return null;
            }));
      }
      Future<?> reading = others.submit(() -> readStatusUntil(done, audit));
      Future<?> changing = others.submit(() -> changeSettingsUntil(done, audit));
      begin.countDown();
      for (Future<?> future : logging) {
        future.get();
      }
      done.set(true);
      reading.get();
      changing.get();
    }
    transport.calm = true;
    AuditStatus status = audit.close(Duration.ofSeconds(30));

    String run = policy + " seed " + SEED;
    check(status, transport, (long) producers * recordsEach, accepted.get(), run);
    assertThat(transport.delivered).as("%s: nothing twice", run).doesNotHaveDuplicates();
    assertThat(status.ledger().waiting()).as("%s: all delivered or dropped", run).isZero();
  }

  private static void readStatusUntil(AtomicBoolean done, Kauditd audit) {
    long delivered = 0;
    while (!done.get()) {
      AuditStatus status = audit.status();
      assertThat(status.ledger().balances()).as("%s", status.ledger()).isTrue();
      assertThat(status.ledger().delivered()).isGreaterThanOrEqualTo(delivered);
      delivered = status.ledger().delivered();
    }
  }

  private static void changeSettingsUntil(AtomicBoolean done, Kauditd audit) {
    var random = new Random(SEED);
    while (!done.get()) {
      audit.configure(s -> randomSettings(random, random.nextInt(3)));
      Thread.onSpinWait();
    }
  }
}
