// SPDX-License-Identifier: Apache-2.0
package io.kauditd.metrics;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of an audit log: the values of {@link AuditLog#status()}, under names that begin with
 * {@code kauditd}. docs/operate/metrics.md lists them.
 *
 * <pre>{@code
 * var metrics = new AuditMetrics(audit);
 * metrics.bindTo(registry);
 * }</pre>
 *
 * <p>The status is read when the registry asks for a value, so logging does not become slower. The
 * meters keep a reference to the log until {@link #close}.
 *
 * <p><b>Thread</b>: any.
 *
 * @since 0.1.0
 */
public final class AuditMetrics implements MeterBinder, AutoCloseable {
  private static final String RECORDS = "records";

  private final AuditLog log;
  private final Tags tags;
  private final List<Bound> bound = new CopyOnWriteArrayList<>();

  /** The meters of a log, without tags. */
  public AuditMetrics(AuditLog log) {
    this(log, List.of());
  }

  /**
   * The meters of a log.
   *
   * @param tags for every meter; they tell several logs of one program apart
   */
  public AuditMetrics(AuditLog log, Iterable<Tag> tags) {
    this.log = log;
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    var meters = new Meters(registry, new RecentStatus(log, registry.config().clock()));
    bindQueues(meters);
    bindRecords(meters);
    bindConnection(meters);
  }

  private static void bindQueues(Meters meters) {
    for (Queue queue : Queue.values()) {
      Tags tag = Tags.of("queue", nameOf(queue));
      meters.gauge("kauditd.queue.depth", RECORDS, tag, "Records in the queue", queue::depth);
      meters.gauge(
          "kauditd.queue.high.water",
          RECORDS,
          tag,
          "The most records that the queue has held",
          queue::highWater);
      meters.gauge(
          "kauditd.queue.limit",
          RECORDS,
          tag,
          "The backlog limit, the most records that the queue takes; +Inf for no limit",
          status -> limit(status.settings().backlogLimit()));
    }
    meters.counter(
        "kauditd.backlog.wait",
        "seconds",
        Tags.empty(),
        "The time that producers have waited for room in the main queue",
        status -> status.backlogWaitTimeActualMs() / 1000.0);
  }

  private static void bindRecords(Meters meters) {
    meters.counter(
        "kauditd.logged",
        RECORDS,
        Tags.empty(),
        "Records that producers logged, accepted or not",
        status -> status.ledger().logged());
    meters.counter(
        "kauditd.recovered",
        RECORDS,
        Tags.empty(),
        "Records that a queue brought along from an earlier run",
        status -> status.ledger().recovered());
    meters.counter(
        "kauditd.delivered",
        RECORDS,
        Tags.empty(),
        "Records that the transport took",
        status -> status.ledger().delivered());
    meters.counter(
        "kauditd.sent.again",
        RECORDS,
        Tags.empty(),
        "Records sent again since their acknowledgement was lost; they may have arrived twice",
        status -> status.ledger().sentAgain());
    for (LostReason reason : LostReason.values()) {
      meters.counter(
          "kauditd.dropped",
          RECORDS,
          Tags.of("reason", nameOf(reason)),
          "Records dropped, each under one reason",
          status -> status.ledger().dropped(reason));
    }
    meters.counter(
        "kauditd.lost",
        RECORDS,
        Tags.empty(),
        "Records lost, as the kernel counts them: dropped for any reason but not_held",
        AuditStatus::lost);
    meters.counter(
        "kauditd.printed",
        RECORDS,
        Tags.empty(),
        "Records printed as a last resort",
        AuditStatus::printed);
  }

  private static void bindConnection(Meters meters) {
    meters.gauge(
        "kauditd.connected",
        null,
        Tags.empty(),
        "1 while a daemon is connected, or else 0",
        status -> status.connected() ? 1 : 0);
    meters.counter(
        "kauditd.resets",
        null,
        Tags.empty(),
        "Connections given up after a failure",
        AuditStatus::resets);
    String attempts = "Attempts to send a record";
    meters.counter(
        "kauditd.send.attempts",
        null,
        Tags.of("outcome", "success"),
        attempts,
        status -> status.sendAttempts() - status.failedSends());
    meters.counter(
        "kauditd.send.attempts",
        null,
        Tags.of("outcome", "failure"),
        attempts,
        AuditStatus::failedSends);
    meters.counter(
        "kauditd.passes", null, Tags.empty(), "Passes over the queues", AuditStatus::passes);
    meters.counter(
        "kauditd.endless.passes",
        null,
        Tags.empty(),
        "Passes that would not have ended; policy v5.16 alone",
        AuditStatus::endlessPasses);
  }

  /** No limit is no bound to compare a depth with, and not one of 0. */
  private static double limit(int backlogLimit) {
    return backlogLimit == 0 ? Double.POSITIVE_INFINITY : backlogLimit;
  }

  private static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Takes the meters out of every registry that they were bound to. */
  @Override
  public void close() {
    for (Bound each : bound) {
      each.registry.remove(each.meter);
    }
    bound.clear();
  }

  private record Bound(MeterRegistry registry, Meter meter) {}

  private enum Queue {
    MAIN,
    RETRY,
    HOLD;

    double depth(AuditStatus status) {
      return switch (this) {
        case MAIN -> status.ledger().inMain();
        case RETRY -> status.ledger().inRetry();
        case HOLD -> status.ledger().inHold();
      };
    }

    double highWater(AuditStatus status) {
      return switch (this) {
        case MAIN -> status.highWater().main();
        case RETRY -> status.highWater().retry();
        case HOLD -> status.highWater().hold();
      };
    }
  }

  /**
   * Meters of one registry. A registry has a weak reference to the object that a meter measures,
   * and a strong one to its function. So every function holds the status itself.
   */
  private final class Meters {
    private final MeterRegistry registry;
    private final RecentStatus status;

    Meters(MeterRegistry registry, RecentStatus status) {
      this.registry = registry;
      this.status = status;
    }

    void gauge(
        String name,
        @Nullable String unit,
        Tags more,
        String description,
        ToDoubleFunction<AuditStatus> value) {
      keep(
          Gauge.builder(name, () -> value.applyAsDouble(status.get()))
              .baseUnit(unit)
              .description(description)
              .tags(tags.and(more))
              .register(registry));
    }

    void counter(
        String name,
        @Nullable String unit,
        Tags more,
        String description,
        ToDoubleFunction<AuditStatus> value) {
      keep(
          FunctionCounter.builder(name, status, weak -> value.applyAsDouble(status.get()))
              .baseUnit(unit)
              .description(description)
              .tags(tags.and(more))
              .register(registry));
    }

    private void keep(Meter meter) {
      bound.add(new Bound(registry, meter));
    }
  }
}
