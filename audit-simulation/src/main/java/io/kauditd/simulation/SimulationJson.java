// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A report as JSON. Durations are in milliseconds. */
final class SimulationJson {
  private static final JsonMapper JSON = new JsonMapper();

  private final SimulationReport report;

  SimulationJson(SimulationReport report) {
    this.report = report;
  }

  String text() {
    Scenario scenario = report.scenario();
    var json = new LinkedHashMap<String, Object>();
    json.put("title", scenario.title());
    json.put("durationMs", ms(scenario.duration()));
    json.put("seed", scenario.seed());
    json.put("producers", scenario.producers());
    json.put("settings", settings(scenario.settings()));
    json.put("outages", outages(scenario.daemon().outages()));
    json.put("results", report.results().stream().map(SimulationJson::result).toList());
    return JSON.writeValueAsString(json) + "\n";
  }

  private static Map<String, Object> settings(AuditSettings settings) {
    var json = new LinkedHashMap<String, Object>();
    json.put("backlogLimit", settings.backlogLimit());
    json.put("backlogWaitTimeMs", settings.backlogWaitTimeMs());
    json.put("rateLimit", settings.rateLimit());
    json.put("failureMode", settings.failureMode().name().toLowerCase(Locale.ROOT));
    json.put("auditDefault", settings.auditDefault());
    return json;
  }

  private static List<Object> outages(List<DaemonModel.Outage> outages) {
    List<Object> list = new ArrayList<>();
    for (DaemonModel.Outage outage : outages) {
      var json = new LinkedHashMap<String, @Nullable Object>();
      json.put("kind", outage.trouble().name().toLowerCase(Locale.ROOT));
      json.put("fromMs", ms(outage.from()));
      json.put("toMs", ms(outage.to()));
      outage.error().ifPresent(error -> json.put("error", error.name()));
      list.add(json);
    }
    return list;
  }

  private static Map<String, @Nullable Object> result(SimulationResult result) {
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("policy", result.policy());
    json.put("logged", result.ledger().logged());
    json.put("delivered", result.ledger().delivered());
    json.put("read", result.read());
    json.put("inSocket", result.inSocket());
    json.put("lostInSocket", result.lostInSocket());
    json.put("printed", result.printed());
    json.put("dropped", dropped(result));
    json.put("droppedTotal", result.ledger().droppedTotal());
    json.put(
        "held",
        queues(result.ledger().inMain(), result.ledger().inRetry(), result.ledger().inHold()));
    json.put("highest", queues(result.highMain(), result.highRetry(), result.highHold()));
    json.put("producerWaits", result.producerWaits());
    json.put("producerWaitedMs", ms(result.producerWaited()));
    json.put("longestProducerWaitMs", ms(result.longestProducerWait()));
    json.put("longestProducerDelayMs", ms(result.longestProducerDelay()));
    json.put("outOfOrder", result.outOfOrder());
    json.put("sendAttempts", result.sendAttempts());
    json.put("failedSends", result.failedSends());
    json.put("passes", result.passes());
    json.put("longestPassMs", result.endless().isPresent() ? null : ms(result.longestPass()));
    json.put("endlessPassAtMs", ms(result.endless()));
    json.put("caughtUpAfterMs", ms(result.caughtUp()));
    json.put("samples", samples(result.samples()));
    return json;
  }

  private static Map<String, Object> dropped(SimulationResult result) {
    var json = new LinkedHashMap<String, Object>();
    for (LostReason reason : LostReason.values()) {
      json.put(reason.name(), result.ledger().dropped(reason));
    }
    return json;
  }

  private static Map<String, Object> queues(long main, long retry, long hold) {
    var json = new LinkedHashMap<String, Object>();
    json.put("main", main);
    json.put("retry", retry);
    json.put("hold", hold);
    return json;
  }

  /** A list for each measure: smaller than an object for each sample, and easier to plot. */
  private static Map<String, Object> samples(List<Sample> samples) {
    var json = new LinkedHashMap<String, Object>();
    json.put("atMs", column(samples, Sample::atMs));
    json.put("main", column(samples, Sample::main));
    json.put("retry", column(samples, Sample::retry));
    json.put("hold", column(samples, Sample::hold));
    json.put("logged", column(samples, Sample::logged));
    json.put("delivered", column(samples, Sample::delivered));
    json.put("lost", column(samples, Sample::lost));
    return json;
  }

  private static List<Long> column(List<Sample> samples, ToLongFunction<Sample> value) {
    return samples.stream().mapToLong(value).boxed().toList();
  }

  private static double ms(Duration span) {
    return span.toNanos() / 1e6;
  }

  private static @Nullable Double ms(Optional<Duration> span) {
    return span.map(SimulationJson::ms).orElse(null);
  }
}
