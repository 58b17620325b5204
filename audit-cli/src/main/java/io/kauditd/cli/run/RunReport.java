// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.api.AuditStatus;
import io.kauditd.cli.command.Problems;
import io.kauditd.cli.command.Version;
import io.kauditd.cli.config.PluginSlot;
import io.kauditd.cli.config.RunOptions;
import io.kauditd.cli.live.Servers;
import io.kauditd.cli.status.StatusDocument;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The document about a run that {@code --summary} writes and {@code audit status --json} prints;
 * the fields are described in docs/reference/cli.md. Scripts read it, so fields are added but never
 * renamed.
 */
@Singleton
final class RunReport {
  private final RunOptions options;
  private final Engines engines;
  private final Problems problems;
  private final RunEnd end;
  private final Servers servers;
  private final Clock clock;
  private final Instant started;

  @Inject
  RunReport(
      RunOptions options,
      Engines engines,
      Problems problems,
      RunEnd end,
      Servers servers,
      Clock clock) {
    this.options = options;
    this.engines = engines;
    this.problems = problems;
    this.end = end;
    this.servers = servers;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** The document while the run goes on. */
  Map<String, @Nullable Object> running() {
    return document(null);
  }

  /** The document when it is over. */
  Map<String, @Nullable Object> ended(int exitCode) {
    return document(exitCode);
  }

  private Map<String, @Nullable Object> document(@Nullable Integer exitCode) {
    AuditStatus status = engines.front().status();
    var document = new LinkedHashMap<String, @Nullable Object>();
    document.put("version", Version.text());
    document.put("pid", ProcessHandle.current().pid());
    document.put("startedAt", started.toString());
    document.put("elapsedMs", Duration.between(started, clock.instant()).toMillis());
    document.put(StatusDocument.camelCase(PluginSlot.SOURCE.name()), options.source().toString());
    for (PluginSlot part : options.deliveries().getFirst().choices().keySet()) {
      document.put(StatusDocument.camelCase(part.name()), choices(part));
    }
    document.putAll(StatusDocument.engine(status));
    document.put("transports", engines.all().values().stream().map(RunReport::engine).toList());
    document.put("problems", problems());
    document.put("notes", problems.notes());
    document.put("servers", servers.document());
    document.put("end", end(exitCode));
    return document;
  }

  /** What was picked; of several transports the different choices, with commas between. */
  private String choices(PluginSlot part) {
    return options.deliveries().stream()
        .filter(delivery -> !delivery.isForRejected())
        .map(delivery -> delivery.choice(part).toString())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static Map<String, @Nullable Object> engine(Engines.Engine engine) {
    var document = new LinkedHashMap<String, @Nullable Object>();
    document.put("name", engine.delivery().name());
    engine
        .delivery()
        .choices()
        .forEach((part, choice) ->
            document.put(StatusDocument.camelCase(part.name()), choice.toString()));
    document.putAll(StatusDocument.engine(engine.log().status()));
    return document;
  }

  private Map<String, Object> problems() {
    var map = new LinkedHashMap<String, Object>();
    map.put("count", problems.count());
    map.put("first", problems.first());
    return map;
  }

  private @Nullable Map<String, @Nullable Object> end(@Nullable Integer exitCode) {
    RunEnd.Reason reason = end.reason();
    if (reason == null || exitCode == null) {
      return null;
    }
    var map = new LinkedHashMap<String, @Nullable Object>();
    map.put("reason", reason.kind().word());
    map.put("message", reason.message());
    // A signal's number is the JVM's to tell: 130 or 143 stand in the process's exit status.
    map.put("exitCode", reason.kind() == RunEnd.Kind.SIGNAL ? null : exitCode);
    return map;
  }
}
