// SPDX-License-Identifier: Apache-2.0
package io.kauditd.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryTransport;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The meters say what the status of a real engine says. */
class AuditMetricsTest {
  private static final AuditSettings SETTINGS = AuditSettings.DEFAULTS.withBacklogLimit(4);

  private final MockClock clock = new MockClock();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
  private final Moody transport = new Moody();
  private final AuditEngine engine =
      Kauditd.builder()
          .transport("moody", transport)
          .settings(SETTINGS)
          .retryPauses(Duration.ofNanos(1), Duration.ofNanos(1))
          .reopenPauses(Duration.ofNanos(1), Duration.ofNanos(1))
          .passive();

  /** A transport that fails as it is told to. */
  private static final class Moody implements Transport {
    private @Nullable SendError error;

    @Override
    public OpenResult open(TransportContext context) {
      return OpenResult.connected(42);
    }

    @Override
    public SendResult send(RecordBatch batch) {
      batch.next();
      return error == null ? SendResult.sent(1) : SendResult.failed(0, error, "moody");
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    engine.close(Duration.ZERO);
  }

  private double value(String name, String... tags) {
    clock.add(Duration.ofNanos(RecentStatus.MAX_AGE_NS));
    Meter meter = registry.get(name).tags(tags).meter();
    return meter.measure().iterator().next().getValue();
  }

  private long count(String name, String... tags) {
    return (long) value(name, tags);
  }

  private void log(int records) {
    for (int i = 0; i < records; i++) {
      engine.log(1112, "op=test");
    }
  }

  @Test
  void sayWhatTheStatusSays() {
    new AuditMetrics(engine).bindTo(registry);
    log(7); // 5 fit in, the limit and one more
    transport.error = SendError.EAGAIN;
    engine.pass();
    log(1);
    AuditStatus status = engine.status();

    assertThat(count("kauditd.logged")).isEqualTo(8).isEqualTo(status.ledger().logged());
    assertThat(count("kauditd.dropped", "reason", "backlog_limit")).isEqualTo(2);
    assertThat(count("kauditd.queue.depth", "queue", "main")).isEqualTo(1);
    assertThat(count("kauditd.queue.depth", "queue", "retry"))
        .isEqualTo(status.ledger().inRetry())
        .isPositive();
    assertThat(count("kauditd.queue.high.water", "queue", "main")).isEqualTo(5);
    assertThat(count("kauditd.queue.high.water", "queue", "retry"))
        .isEqualTo(status.highWater().retry());
    assertThat(count("kauditd.send.attempts", "outcome", "failure"))
        .isEqualTo(status.failedSends())
        .isPositive();
    assertThat(count("kauditd.send.attempts", "outcome", "success")).isZero();
    assertThat(count("kauditd.connected")).isEqualTo(1);
    assertThat(count("kauditd.passes")).isEqualTo(1);
    assertThat(count("kauditd.lost")).isEqualTo(status.lost()).isPositive();

    transport.error = SendError.ECONNREFUSED;
    engine.pass();

    assertThat(count("kauditd.connected")).isZero();
    assertThat(count("kauditd.resets")).isEqualTo(1);
    assertThat(count("kauditd.queue.depth", "queue", "hold"))
        .isEqualTo(engine.status().ledger().inHold())
        .isPositive();

    transport.error = null;
    engine.pass();
    engine.pass();
    status = engine.status();

    assertThat(count("kauditd.delivered"))
        .isEqualTo(status.ledger().delivered())
        .isEqualTo(count("kauditd.send.attempts", "outcome", "success"))
        .isPositive();
    for (LostReason reason : LostReason.values()) {
      assertThat(count("kauditd.dropped", "reason", reason.name().toLowerCase(Locale.ROOT)))
          .isEqualTo(status.ledger().dropped(reason));
    }
  }

  @Test
  void theLimitFollowsTheSettings() {
    new AuditMetrics(engine).bindTo(registry);
    assertThat(count("kauditd.queue.limit", "queue", "hold")).isEqualTo(4);

    engine.configure(settings -> settings.withBacklogLimit(0));

    assertThat(value("kauditd.queue.limit", "queue", "hold")).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void everyMeterHasADescriptionAndWhatCountsThingsAUnit() {
    new AuditMetrics(engine).bindTo(registry);

    assertThat(registry.getMeters())
        .hasSizeGreaterThan(20)
        .allSatisfy(meter -> {
          assertThat(meter.getId().getDescription()).isNotBlank();
          assertThat(meter.getId().getName()).startsWith("kauditd.");
        });
    assertThat(registry.get("kauditd.queue.depth").meters())
        .allSatisfy(meter -> assertThat(meter.getId().getBaseUnit()).isEqualTo("records"));
  }

  /** A registry holds what it measures weakly. */
  @Test
  void nobodyNeedsToHoldTheBinder() {
    new AuditMetrics(engine).bindTo(registry);
    log(3);
    System.gc();

    assertThat(count("kauditd.logged")).isEqualTo(3);
  }

  @Test
  void twoLogsOfAProgramDifferByTheirTags() {
    new AuditMetrics(engine, Tags.of("log", "first")).bindTo(registry);
    try (Kauditd second = Kauditd.builder().transport("memory", new MemoryTransport(1)).start()) {
      new AuditMetrics(second, Tags.of("log", "second")).bindTo(registry);
      log(3);
      second.log(1112, "op=test");

      assertThat(count("kauditd.logged", "log", "first")).isEqualTo(3);
      assertThat(count("kauditd.logged", "log", "second")).isEqualTo(1);
    }
  }

  /** The meters of a log that is closed must not stand in the way of the next one's. */
  @Test
  void closingTakesTheMetersAway() {
    var first = new AuditMetrics(engine);
    first.bindTo(registry);
    log(3);
    first.close();
    assertThat(registry.getMeters()).isEmpty();

    try (Kauditd second = Kauditd.builder().transport("memory", new MemoryTransport(1)).start()) {
      new AuditMetrics(second).bindTo(registry);

      assertThat(count("kauditd.logged")).isZero();
    }
  }

  /** Counters never go down, and the ledger balances in each scrape, while others log. */
  @Test
  void everyScrapeBalancesAndNoCounterGoesDown() throws InterruptedException {
    try (Kauditd busy =
        Kauditd.builder()
            .transport("memory", new MemoryTransport(1))
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(16))
            .start()) {
      new AuditMetrics(busy).bindTo(registry);
      Thread[] producers = new Thread[3];
      for (int i = 0; i < producers.length; i++) {
        producers[i] =
            Thread.ofPlatform()
                .start(() -> {
                  for (int n = 0; n < 30_000; n++) {
                    busy.log(1112, "op=test");
                  }
                });
      }
      Map<Meter.Id, Double> before = new HashMap<>();
      boolean last = false;
      while (!last) {
        last = true;
        for (Thread producer : producers) {
          last &= !producer.isAlive();
        }
        clock.add(Duration.ofNanos(RecentStatus.MAX_AGE_NS));
        scrape(before);
      }
      for (Thread producer : producers) {
        producer.join();
      }

      assertThat(count("kauditd.logged")).isEqualTo(90_000);
    }
  }

  private void scrape(Map<Meter.Id, Double> before) {
    double balance = 0;
    for (Meter meter : registry.getMeters()) {
      double now = meter.measure().iterator().next().getValue();
      if (meter instanceof FunctionCounter) {
        Double then = before.put(meter.getId(), now);
        assertThat(then == null ? 0 : then).as("%s", meter.getId()).isLessThanOrEqualTo(now);
      }
      balance +=
          switch (meter.getId().getName()) {
            case "kauditd.logged", "kauditd.recovered" -> now;
            case "kauditd.delivered", "kauditd.dropped", "kauditd.queue.depth" -> -now;
            default -> 0;
          };
    }
    assertThat(balance).isZero();
  }

  @Test
  void prometheusNamesThemAsTheDocumentationDoes() {
    var prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new AuditMetrics(engine).bindTo(prometheus);

    assertThat(prometheus.scrape().lines().filter(line -> line.startsWith("# TYPE ")).sorted())
        .containsExactly(
            "# TYPE kauditd_backlog_wait_seconds_total counter",
            "# TYPE kauditd_connected gauge",
            "# TYPE kauditd_delivered_records_total counter",
            "# TYPE kauditd_dropped_records_total counter",
            "# TYPE kauditd_endless_passes_total counter",
            "# TYPE kauditd_logged_records_total counter",
            "# TYPE kauditd_lost_records_total counter",
            "# TYPE kauditd_passes_total counter",
            "# TYPE kauditd_printed_records_total counter",
            "# TYPE kauditd_queue_depth_records gauge",
            "# TYPE kauditd_queue_high_water_records gauge",
            "# TYPE kauditd_queue_limit_records gauge",
            "# TYPE kauditd_recovered_records_total counter",
            "# TYPE kauditd_resets_total counter",
            "# TYPE kauditd_send_attempts_total counter",
            "# TYPE kauditd_sent_again_records_total counter");
  }
}
