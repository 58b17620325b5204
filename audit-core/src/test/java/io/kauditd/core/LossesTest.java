// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FailureMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is lost is counted and said, however much it is. */
@Timeout(60)
class LossesTest {
  private static final int LIMIT = 10;
  private static final AuditSettings SETTINGS = AuditSettings.DEFAULTS.withBacklogLimit(LIMIT);

  /** Allows as many lines about losses as the test says. */
  private static final class Scarce implements Printk {
    private final AtomicInteger allowed = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public boolean ratelimit() {
      return true;
    }

    @Override
    public boolean ratelimitLosses() {
      asked.incrementAndGet();
      return allowed.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }

    @Override
    public void warn(String line) {
      lines.add(line);
    }

    @Override
    public void err(String line) {
      lines.add(line);
    }

    @Override
    public void record(AuditRecord record) {
      lines.add("record");
    }
  }

  private final Scarce printk = new Scarce();
  private final AuditEngine engine =
      Kauditd.builder()
          .settings(SETTINGS)
          .transport("memory", new MemoryTransport(100))
          .printk(printk)
          .passive();

  private void lose(int records) {
    for (int i = 0; i < LIMIT + 1 + records; i++) {
      engine.log(1112, "x");
    }
  }

  @Test
  void theTotalIsSaidOnceALineIsAllowed() {
    printk.allowed.set(3);
    lose(1_000);
    assertThat(printk.lines)
        .containsExactly(
            "audit_backlog=11 > audit_backlog_limit=10",
            "audit_lost=1 audit_rate_limit=0 audit_backlog_limit=10",
            "backlog limit exceeded");

    engine.pass();
    assertThat(printk.lines).hasSize(3);
    printk.allowed.set(1);
    engine.pass();

    assertThat(printk.lines).hasSize(4);
    assertThat(printk.lines.getLast()).startsWith("audit_lost=1000 ");
    engine.pass();
    assertThat(printk.lines).as("nothing new").hasSize(4);
  }

  @Test
  void theTotalIsSaidWhileNoPassEnds() {
    printk.allowed.set(1);
    lose(1_000);
    int said = printk.lines.size();

    printk.allowed.set(1);
    lose(1_000);

    assertThat(printk.lines).hasSize(said + 1);
    assertThat(printk.lines.getLast()).startsWith("audit_lost=10"); // one of the next losses
  }

  @Test
  void theTotalIsSaidWhenTheLogIsClosed() {
    lose(1_000);

    engine.close(Duration.ofSeconds(1));

    assertThat(printk.lines).hasSize(1);
    assertThat(printk.lines.getFirst()).startsWith("audit_lost=1000 ");
  }

  @Test
  void mostLossesDoNotEvenAskForALine() {
    lose(100_000);

    assertThat(printk.asked.get()).isLessThan(2_000);
  }

  @Test
  void panicIsCalledForEachLoss() {
    var panics = new AtomicInteger();
    AuditEngine panicking =
        Kauditd.builder()
            .settings(SETTINGS.withFailureMode(FailureMode.PANIC))
            .transport("memory", new MemoryTransport(100))
            .printk(printk)
            .panicHandler(message -> panics.incrementAndGet())
            .passive();
    for (int i = 0; i < LIMIT + 1 + 1_000; i++) {
      panicking.log(1112, "x");
    }

    assertThat(panics).hasValue(1_000);
  }

  /** Records that are printed use up nothing of what lines about losses have. */
  @Test
  void printedRecordsAndLossesHaveALimitEach() {
    var printk = new Slf4jPrintk(true, "");
    int records = 0;
    while (printk.ratelimit()) {
      records++;
    }

    assertThat(records).isEqualTo(LineLimit.BURST);
    assertThat(printk.ratelimitLosses()).isTrue();
  }

  @Test
  void theFirstPrintedRecordIsExplained() throws Exception {
    CapturingLogProvider.reset();
    var printk = new Slf4jPrintk(true, "");

    printk.record(AuditRecord.of(1112, 7, 1, "one"));
    printk.record(AuditRecord.of(1112, 7, 2, "two"));

    assertThat(CapturingLogProvider.allLines())
        .filteredOn(line -> line.contains("printed too") || line.contains("type=1112 audit(0.007:"))
        .satisfiesExactly(
            line -> assertThat(line).contains("they may still be delivered"),
            line -> assertThat(line).endsWith("one"),
            line -> assertThat(line).endsWith("two"));
  }

  @Test
  void aLimitTellsHowManyItSuppressed() {
    long[] now = {7};
    var limit = new LineLimit(() -> now[0]);
    for (int i = 0; i < LineLimit.BURST; i++) {
      assertThat(limit.next()).isZero();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(limit.next()).isNegative();
    }
    now[0] += LineLimit.INTERVAL_NS;

    assertThat(limit.next()).isEqualTo(5);
    assertThat(limit.next()).isZero();
  }

  /** Threads that ask at once get no line more than an interval has, and no count goes astray. */
  @Test
  void aLimitIsExactForManyThreads() throws Exception {
    int asks = 50_000;
    var nowNs = new AtomicLong();
    var limit = new LineLimit(nowNs::get);
    var allowed = new AtomicLong();
    var toldOf = new AtomicLong();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(
            threads.submit(() -> {
              for (int n = 1; n <= asks; n++) {
                if (n % 1_000 == 0) {
                  nowNs.addAndGet(LineLimit.INTERVAL_NS);
                }
                long before = limit.next();
                allowed.addAndGet(before >= 0 ? 1 : 0);
                toldOf.addAndGet(Math.max(0, before));
              }
            }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    nowNs.addAndGet(LineLimit.INTERVAL_NS);
    toldOf.addAndGet(limit.next());

    long intervals = nowNs.get() / LineLimit.INTERVAL_NS;
    assertThat(allowed.get()).isLessThanOrEqualTo(LineLimit.BURST * intervals);
    assertThat(allowed.get() + toldOf.get()).isEqualTo(4L * asks);
  }

  /** However a reading falls between two losses, its numbers belong together. */
  @Test
  void everyReadingAgreesWithItself() throws Exception {
    boolean done = false;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> producers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        producers.add(
            threads.submit(() -> {
              for (int n = 0; n < 100_000; n++) {
                engine.log(1112, "x");
              }
            }));
      }
      long before = 0;
      while (!done) {
        AuditStatus status = engine.status();
        assertThat(status.lost()).isEqualTo(status.ledger().droppedTotal());
        assertThat(status.ledger().balances()).isTrue();
        assertThat(status.ledger().logged()).isGreaterThanOrEqualTo(before);
        before = status.ledger().logged();
        engine.pass();
        done = producers.stream().allMatch(Future::isDone);
      }
    }
    assertThat(engine.status().ledger().logged()).isEqualTo(200_000);
  }
}
