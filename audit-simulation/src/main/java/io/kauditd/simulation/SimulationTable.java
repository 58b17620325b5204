// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.LostReason;
import io.kauditd.simulation.DaemonModel.Medium;
import io.kauditd.spi.Durations;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The table of a report: a row for each measure, a column for each policy. */
final class SimulationTable {
  private final SimulationReport report;
  private final ColumnTable table = new ColumnTable();

  SimulationTable(SimulationReport report) {
    this.report = report;
  }

  String text() {
    row("", SimulationResult::policy);
    numbers("logged", result -> result.ledger().logged());
    numbers("delivered", result -> result.ledger().delivered());
    if (report.scenario().daemon().medium() == Medium.SOCKET) {
      numbers("  read by the daemon", SimulationResult::read);
      optionalNumbers("  unread in its socket at the end", SimulationResult::inSocket);
      optionalNumbers("  gone with a killed daemon", SimulationResult::lostInSocket);
    }
    numbers("printed", SimulationResult::printed);
    for (LostReason reason : LostReason.values()) {
      optionalNumbers(
          (reason.countsAsLost() ? "lost: " : "dropped, ") + reason.message(),
          result -> result.ledger().dropped(reason));
    }
    numbers("lost or dropped, in all", result -> result.ledger().droppedTotal());
    numbers("held at the end", result -> result.ledger().waiting());
    numbers("highest main queue", SimulationResult::highMain);
    numbers("highest retry queue", SimulationResult::highRetry);
    numbers("highest hold queue", SimulationResult::highHold);
    row("longest producer wait", result -> Durations.inWords(result.longestProducerWait()));
    row(
        "longest delay from scheduled time",
        result -> Durations.inWords(result.longestProducerDelay()));
    numbers("out of order", SimulationResult::outOfOrder);
    numbers("send attempts", SimulationResult::sendAttempts);
    numbers("passes", SimulationResult::passes);
    row("longest pass", SimulationTable::longestPass);
    if (!report.scenario().daemon().outages().isEmpty()) {
      row("held records delivered after", SimulationTable::caughtUp);
    }
    return headline() + table.text() + endlessPasses();
  }

  private String headline() {
    Scenario scenario = report.scenario();
    return scenario.title()
        + "\n"
        + Durations.inWords(scenario.duration())
        + " of virtual time, "
        + scenario.producers()
        + (scenario.producers() == 1 ? " producer" : " producers")
        + ", backlog limit "
        + scenario.settings().backlogLimit()
        + ", backlog wait time "
        + Durations.inWords(Duration.ofMillis(scenario.settings().backlogWaitTimeMs()))
        + ", audit default "
        + (scenario.settings().auditDefault() ? "on" : "off")
        + ", seed "
        + scenario.seed()
        + "\n\n";
  }

  private static String longestPass(SimulationResult result) {
    return result.endless().isPresent() ? "never ends" : Durations.inWords(result.longestPass());
  }

  private static String caughtUp(SimulationResult result) {
    return result.caughtUp().map(Durations::inWords).orElse("never");
  }

  private String endlessPasses() {
    var text = new StringBuilder();
    for (SimulationResult result : report.results()) {
      result
          .endless()
          .ifPresent(at ->
              text.append("\n")
                  .append(result.policy())
                  .append(": the pass that began at ")
                  .append(Durations.inWords(at))
                  .append(" never ends. The queue thread takes a whole core from there on")
                  .append(" and delivers nothing any more.\n"));
    }
    return text.toString();
  }

  private void numbers(String label, ToLongFunction<SimulationResult> value) {
    row(label, result -> String.format(Locale.ROOT, "%,d", value.applyAsLong(result)));
  }

  /** A row that is left out if there is nothing to tell. */
  private void optionalNumbers(String label, ToLongFunction<SimulationResult> value) {
    if (report.results().stream().anyMatch(result -> value.applyAsLong(result) != 0)) {
      numbers(label, value);
    }
  }

  private void row(String label, Function<SimulationResult, String> value) {
    table.row(label, report.results().stream().map(value).toList());
  }
}
