// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import io.kauditd.api.LostReason;
import io.kauditd.simulation.DaemonModel.Medium;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** The table of a report: a row a measure, a column a policy. */
final class SimulationTable {
  private static final String GAP = "  ";

  private final SimulationReport report;
  private final List<List<String>> rows = new ArrayList<>();

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
    row("longest producer wait", result -> Spans.text(result.longestProducerWait()));
    row("longest delay from the due time", result -> Spans.text(result.longestProducerDelay()));
    numbers("out of order", SimulationResult::outOfOrder);
    numbers("send attempts", SimulationResult::sendAttempts);
    numbers("passes", SimulationResult::passes);
    row("longest pass", SimulationTable::longestPass);
    if (!report.scenario().daemon().outages().isEmpty()) {
      row("held records delivered after", SimulationTable::caughtUp);
    }
    return headline() + layOut() + endlessPasses();
  }

  private String headline() {
    Scenario scenario = report.scenario();
    return scenario.title()
        + "\n"
        + Spans.text(scenario.duration())
        + " of virtual time, "
        + scenario.producers()
        + (scenario.producers() == 1 ? " producer" : " producers")
        + ", backlog limit "
        + scenario.settings().backlogLimit()
        + ", backlog wait time "
        + scenario.settings().backlogWaitTimeMs()
        + " ms, audit default "
        + (scenario.settings().auditDefault() ? "on" : "off")
        + ", seed "
        + scenario.seed()
        + "\n\n";
  }

  private static String longestPass(SimulationResult result) {
    return result.endless().isPresent() ? "never ends" : Spans.text(result.longestPass());
  }

  private static String caughtUp(SimulationResult result) {
    return result.caughtUp().map(Spans::text).orElse("never");
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
                  .append(Spans.text(at))
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
    List<String> row = new ArrayList<>();
    row.add(label);
    report.results().forEach(result -> row.add(value.apply(result)));
    rows.add(row);
  }

  /** The rows with their columns below each other: labels to the left, values to the right. */
  private String layOut() {
    var widths = new int[report.results().size() + 1];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> row : rows) {
      text.append(padded(row.get(0), widths[0], true));
      for (int i = 1; i < widths.length; i++) {
        text.append(GAP).append(padded(row.get(i), widths[i], false));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String padded(String cell, int width, boolean left) {
    var padding = new char[width - cell.length()];
    Arrays.fill(padding, ' ');
    return left ? cell + String.valueOf(padding) : String.valueOf(padding) + cell;
  }

  /** Spans of time, for people. */
  static final class Spans {
    private Spans() {}

    /** As few units as say it: {@code 20 µs}, {@code 1.100 s}, {@code 65 min 3.0 s}. */
    static String text(Duration span) {
      long ns = span.toNanos();
      if (ns < 1_000) {
        return ns + " ns";
      }
      if (ns < 1_000_000) {
        return ns / 1_000 + " µs";
      }
      if (ns < 1_000_000_000) {
        return ns / 1_000_000 + " ms";
      }
      if (span.toSeconds() < 120) {
        return String.format(Locale.ROOT, "%d.%03d s", span.toSeconds(), span.toMillisPart());
      }
      String minutes = span.toMinutes() + " min";
      long tenths = span.toSecondsPart() * 10L + span.toMillisPart() / 100;
      return tenths == 0 ? minutes : minutes + " " + tenths / 10 + "." + tenths % 10 + " s";
    }
  }
}
