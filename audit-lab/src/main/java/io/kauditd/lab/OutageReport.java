// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.LostReason;
import io.kauditd.cli.status.StatusDocument;
import io.kauditd.core.KernelPolicy;
import io.kauditd.simulation.ColumnTable;
import io.kauditd.spi.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The results of an outage, for people and for programs.
 *
 * @param settings what was measured
 * @param results by policy, in the order they were asked for
 */
record OutageReport(OutageSettings settings, List<OutageResult> results) {
  private static final List<OutagePhase> MEASURED =
      List.of(OutagePhase.BEFORE, OutagePhase.DURING, OutagePhase.AFTER);

  /** Copies the results. */
  OutageReport {
    results = List.copyOf(results);
  }

  String title() {
    return String.format(
        Locale.ROOT,
        "A daemon stopped for %s, under %,d records a second, on a real machine",
        Durations.inWords(settings.stopped()),
        settings.recordsPerSecond());
  }

  /**
   * Whether each policy kept every promise that it makes; 5.16 makes none, being from before the
   * patch.
   */
  boolean promisesKept() {
    return results.stream()
        .filter(result -> !result.policy().equals(KernelPolicy.V5_16.id()))
        .allMatch(result ->
            List.of(OutagePromise.values()).stream()
                .allMatch(promise -> !promise.isAsked(result) || promise.keptBy(result)));
  }

  /** The table, one column a policy. Ends with a line end. */
  String table() {
    var table = new ColumnTable();
    row(table, "", OutageResult::policy);
    numbers(table, "logged", result -> result.status().ledger().logged());
    numbers(table, "delivered", result -> result.status().ledger().delivered());
    numbers(table, "  read by the daemon", result -> result.daemon().read());
    for (LostReason reason : LostReason.values()) {
      if (results.stream().anyMatch(result -> result.status().ledger().dropped(reason) > 0)) {
        numbers(
            table,
            (reason.countsAsLost() ? "lost: " : "dropped, ") + reason.message(),
            result -> result.status().ledger().dropped(reason));
      }
    }
    numbers(table, "lost or dropped, in all", result -> result.status().ledger().droppedTotal());
    numbers(table, "held at the end", result -> result.status().ledger().waiting());
    numbers(table, "out of order", result -> result.daemon().outOfOrder());
    numbers(table, "highest main queue", result -> result.status().highWater().main());
    numbers(table, "highest retry queue", result -> result.status().highWater().retry());
    numbers(table, "highest hold queue", result -> result.status().highWater().hold());
    row(table, "held records delivered after", this::caughtUp);
    numbers(table, "passes that did not end", result -> result.status().endlessPasses());
    row(table, "queue thread while stopped", OutageReport::cpu);
    times(table, "producer p50", times -> times.delay().getValueAtPercentile(50));
    times(table, "producer p99", times -> times.delay().getValueAtPercentile(99));
    times(table, "producer p99.9", times -> times.delay().getValueAtPercentile(99.9));
    times(table, "producer longest", times -> times.delay().getMaxValue());
    times(table, "its call alone, p99.9", times -> times.call().getValueAtPercentile(99.9));
    for (OutagePromise promise : OutagePromise.values()) {
      row(table, "promise: " + promise.words(), result -> verdict(promise, result));
    }
    return headline() + table.text() + endlessPasses();
  }

  private String headline() {
    return title()
        + "\n"
        + "producer latency from the scheduled time of each record; backlog limit "
        + settings.engine().backlogLimit()
        + ", backlog wait time "
        + Durations.inWords(Duration.ofMillis(settings.engine().backlogWaitTimeMs()))
        + "\n\n";
  }

  private void times(ColumnTable table, String label, Function<OutageProducer.Times, Long> value) {
    for (OutagePhase phase : MEASURED) {
      row(
          table,
          label + " " + phase.name().toLowerCase(Locale.ROOT),
          result -> micros(value.apply(result.times(phase))));
    }
  }

  private static String micros(long ns) {
    return ns < 10_000
        ? String.format(Locale.ROOT, "%.1f µs", ns / 1e3)
        : String.format(Locale.ROOT, "%,d µs", Math.round(ns / 1e3));
  }

  private String caughtUp(OutageResult result) {
    return result
        .caughtUp()
        .map(Durations::inWords)
        .orElseGet(() -> "not within " + Durations.inWords(settings.after()));
  }

  private static String cpu(OutageResult result) {
    return String.format(Locale.ROOT, "%.2f%% of a core", 100 * result.cpuShare());
  }

  private static String verdict(OutagePromise promise, OutageResult result) {
    if (!promise.isAsked(result)) {
      return "not asked";
    }
    return promise.keptBy(result) ? "kept" : "missed";
  }

  private String endlessPasses() {
    var text = new StringBuilder();
    for (OutageResult result : results) {
      if (result.status().endlessPasses() > 0) {
        text.append("\n")
            .append(result.policy())
            .append(": endless passes were broken off by this engine, which went on. The kernel's")
            .append(" thread would have looped for ever.\n");
      }
    }
    return text.toString();
  }

  private void numbers(ColumnTable table, String label, ToLongFunction<OutageResult> value) {
    row(table, label, result -> String.format(Locale.ROOT, "%,d", value.applyAsLong(result)));
  }

  private void row(ColumnTable table, String label, Function<OutageResult, String> value) {
    table.row(label, results.stream().map(value).toList());
  }

  /** The document of {@code --json}: fields are added, never renamed. Times are nanoseconds. */
  Map<String, @Nullable Object> json() {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("recordsPerSecond", settings.recordsPerSecond());
    json.put("beforeNs", settings.before().toNanos());
    json.put("stoppedNs", settings.stopped().toNanos());
    json.put("afterNs", settings.after().toNanos());
    json.put("settings", StatusDocument.settings(settings.engine()));
    json.put("promisesKept", promisesKept());
    json.put("results", results.stream().map(OutageReport::json).toList());
    return json;
  }

  private static Map<String, @Nullable Object> json(OutageResult result) {
    AuditStatus status = result.status();
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("policy", result.policy());
    json.put("ledger", StatusDocument.ledger(status.ledger()));
    json.put("highWater", StatusDocument.highWater(status.highWater()));
    json.put("counters", StatusDocument.counters(status));
    json.put("read", result.daemon().read());
    json.put("outOfOrder", result.daemon().outOfOrder());
    json.put("daemonFailure", result.daemon().failure());
    json.put("stoppedAtNs", result.from().toNanos());
    json.put("wentOnAtNs", result.to().toNanos());
    json.put("caughtUpAfterNs", result.caughtUp().map(Duration::toNanos).orElse(null));
    json.put("queueThreadCpuNs", result.cpu().toNanos());
    json.put("producerDelayNs", json(result, OutageProducer.Times::delay));
    json.put("producerCallNs", json(result, OutageProducer.Times::call));
    var promises = new LinkedHashMap<String, Object>();
    for (OutagePromise promise : OutagePromise.values()) {
      promises.put(promise.words(), verdict(promise, result));
    }
    json.put("promises", promises);
    json.put("samples", samples(result.samples()));
    return json;
  }

  private static Map<String, Object> json(
      OutageResult result, Function<OutageProducer.Times, Histogram> which) {
    var json = new LinkedHashMap<String, Object>();
    for (OutagePhase phase : MEASURED) {
      json.put(phase.name().toLowerCase(Locale.ROOT), json(which.apply(result.times(phase))));
    }
    return json;
  }

  private static Map<String, Object> json(Histogram latency) {
    var json = new LinkedHashMap<String, Object>();
    json.put("count", latency.getTotalCount());
    json.put("p50", latency.getValueAtPercentile(50));
    json.put("p90", latency.getValueAtPercentile(90));
    json.put("p99", latency.getValueAtPercentile(99));
    json.put("p999", latency.getValueAtPercentile(99.9));
    json.put("max", latency.getMaxValue());
    return json;
  }

  private static Map<String, Object> samples(List<OutageSampler.Sample> samples) {
    var json = new LinkedHashMap<String, Object>();
    json.put("atNs", column(samples, OutageSampler.Sample::atNs));
    json.put("main", column(samples, sample -> sample.ledger().inMain()));
    json.put("retry", column(samples, sample -> sample.ledger().inRetry()));
    json.put("hold", column(samples, sample -> sample.ledger().inHold()));
    json.put("logged", column(samples, sample -> sample.ledger().logged()));
    json.put("delivered", column(samples, sample -> sample.ledger().delivered()));
    json.put("lost", column(samples, sample -> sample.ledger().droppedTotal()));
    return json;
  }

  private static List<Long> column(
      List<OutageSampler.Sample> samples, ToLongFunction<OutageSampler.Sample> value) {
    return new ArrayList<>(samples.stream().mapToLong(value).boxed().toList());
  }

  /** The plot: time begins where measuring does. */
  QueuePlot plot() {
    double lengthS = settings.measured().toNanos() / 1e9;
    for (OutageResult result : results) {
      lengthS = Math.max(lengthS, result.samples().getLast().atNs() / 1e9);
    }
    OutageResult first = results.getFirst();
    var outage =
        new QueuePlot.Outage(
            "daemon stopped", first.from().toNanos() / 1e9, first.to().toNanos() / 1e9);
    return new QueuePlot(
        title(), lengthS, List.of(outage), results.stream().map(OutageReport::panel).toList());
  }

  private static QueuePlot.Panel panel(OutageResult result) {
    long endless = result.status().endlessPasses();
    return new QueuePlot.Panel(
        result.policy(),
        QueuePlot.outcome(
            result.status().ledger().droppedTotal(),
            result.status().ledger().logged(),
            result.daemon().outOfOrder(),
            endless == 0 ? "" : String.format(Locale.ROOT, ", %,d endless passes", endless)),
        OutageSampler.curves(result.samples()));
  }
}
