// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FailureMode;
import io.kauditd.api.ProducerContext;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.KernelPolicy;
import io.kauditd.core.MemoryQueue;
import io.kauditd.core.Printk;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.SendError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Plays the steps of one scenario on an engine of its own, and reports the result of each. */
final class ScenarioPlayer {
  /** The clock of a scenario begins here; its last rate check and 'lost' message lie at 0. */
  private static final long START_MS = 10_000_000;

  private final List<Object> out = new ArrayList<>();
  private final ManualClock clock = new ManualClock(START_MS);
  private final MemoryQueue main = new MemoryQueue();
  private final MemoryQueue retry = new MemoryQueue();
  private final MemoryQueue hold = new MemoryQueue();
  private final ScriptedWait wait = new ScriptedWait(clock, this::slept);
  private final ScriptedTransport transport;
  private final AuditEngine engine;
  private boolean endless;

  ScenarioPlayer(KernelPolicy policy, int pullAhead) {
    transport = new ScriptedTransport(pullAhead, this::attempted);
    engine =
        Kauditd.builder()
            .settings(
                AuditSettings.DEFAULTS
                    .withBacklogLimit(64)
                    .withBacklogWaitTimeMs(60_000)
                    .withAuditDefault(false))
            .policy(policy)
            .transport("scripted", transport)
            .mainQueue(main)
            .retryQueue(retry)
            .holdQueue(hold)
            .clock(clock)
            .backlogWait(wait)
            .printk(new RecordingPrintk())
            .maxBatchRecords(pullAhead)
            .panicHandler(message -> out.add(Map.of("panic", message)))
            .passive();
    engine.addListener(record -> out.add(Map.of("multicast", record.serial())));
  }

  /** Plays a step; returns what is there to compare with its {@code expect}. */
  Map<String, Object> play(JsonNode step) {
    out.clear();
    perform(step);
    return state();
  }

  /** The ledger must balance after every step. */
  AuditStatus status() {
    return engine.status();
  }

  private void perform(JsonNode step) {
    String op = text(step, "op");
    switch (op) {
      case "configure" -> configure(step);
      case "log" -> log(step);
      case "connect" -> {
        engine.connect(step.required("portId").asLong());
        engine.runCommands();
      }
      case "disconnect" -> {
        engine.disconnect();
        engine.runCommands();
      }
      case "tick" -> clock.advanceMs(step.required("ms").asLong());
      case "pass" -> pass(step.path("unicast"));
      default -> throw new BadScenarioException("unknown op '" + op + "'");
    }
  }

  private void configure(JsonNode step) {
    engine.configure(old ->
        old.withBacklogLimit(step.path("backlogLimit").asInt(old.backlogLimit()))
            .withBacklogWaitTimeMs(step.path("backlogWaitTimeMs").asLong(old.backlogWaitTimeMs()))
            .withRateLimit(step.path("rateLimit").asInt(old.rateLimit()))
            .withFailureMode(
                step.has("failureMode")
                    ? FailureMode.valueOf(text(step, "failureMode").toUpperCase(Locale.ROOT))
                    : old.failureMode())
            .withAuditDefault(step.path("auditDefault").asBoolean(old.auditDefault())));
  }

  private void log(JsonNode step) {
    List<ScriptedWait.Sleep> sleeps = new ArrayList<>();
    for (JsonNode sleep : step.path("waits")) {
      sleeps.add(
          new ScriptedWait.Sleep(
              sleep.required("afterMs").asLong(), () -> pass(sleep.path("pass"))));
    }
    wait.script(sleeps);
    long id = step.required("id").asLong();
    String context = text(step, "context").toUpperCase(Locale.ROOT);
    engine.log(
        AuditRecord.of(step.required("type").asInt(), clock.currentTimeMs(), id, "id=" + id),
        ProducerContext.valueOf(context));
  }

  private void pass(JsonNode unicast) {
    List<ScriptedTransport.Entry> script = new ArrayList<>();
    for (JsonNode entry : unicast) {
      script.add(
          entry.isObject()
              ? new ScriptedTransport.Entry.Meanwhile(() -> performMeanwhile(entry))
              : new ScriptedTransport.Entry.Result(result(entry.asString())));
    }
    transport.script(script);
    long endlessBefore = engine.status().endlessPasses();
    engine.beginPass();
    while (engine.advance()) {
      transport.runMeanwhile();
      engine.send();
    }
    endless |= engine.status().endlessPasses() > endlessBefore;
  }

  /** A step of another thread, between two steps of a pass. */
  private void performMeanwhile(JsonNode step) {
    switch (text(step, "op")) {
      case "log", "connect", "disconnect" -> perform(step);
      default -> throw new BadScenarioException("op '" + text(step, "op") + "' inside a pass");
    }
  }

  private static Optional<SendError> result(String name) {
    try {
      return name.equals("ok") ? Optional.empty() : Optional.of(SendError.valueOf(name));
    } catch (IllegalArgumentException e) {
      throw new BadScenarioException("unknown result '" + name + "'", e);
    }
  }

  private static String text(JsonNode step, String field) {
    return step.required(field).asString();
  }

  private Map<String, Object> state() {
    if (endless) {
      return Map.of("livelock", true);
    }
    AuditStatus status = engine.status();
    var state = new LinkedHashMap<String, Object>();
    state.put("out", List.copyOf(out));
    state.put("main", ids(main));
    state.put("retry", ids(retry));
    state.put("hold", ids(hold));
    state.put("lost", status.lost());
    state.put("daemon", status.daemon());
    state.put("waitActualMs", status.backlogWaitTimeActualMs());
    return state;
  }

  /** The ids in a queue, head first; the queue is left as it was. */
  private static List<Object> ids(AuditQueue queue) {
    List<Object> ids = new ArrayList<>();
    for (AuditRecord record = queue.poll(); record != null; record = queue.poll()) {
      ids.add(record.serial());
    }
    queue.putBack(ids.size());
    return ids;
  }

  private void slept(long ms, boolean woken) {
    var event = new LinkedHashMap<String, Object>();
    event.put("sleepMs", ms);
    event.put("woken", woken);
    out.add(event);
  }

  private void attempted(AuditRecord record, long peer, @Nullable SendError error) {
    var event = new LinkedHashMap<String, Object>();
    event.put("unicast", record.serial());
    event.put("port", peer);
    event.put("rc", error == null ? "ok" : error.name());
    out.add(event);
  }

  /** Writes down what is printed. Never ratelimited, as in the traces. */
  private final class RecordingPrintk implements Printk {
    @Override
    public boolean ratelimit() {
      return true;
    }

    @Override
    public void warn(String line) {
      out.add(Map.of("warn", line));
    }

    @Override
    public void err(String line) {
      out.add(Map.of("err", line));
    }

    @Override
    public void record(AuditRecord record) {
      var event = new LinkedHashMap<String, Object>();
      event.put("printk", record.serial());
      event.put("type", (long) record.type());
      out.add(event);
    }
  }
}
