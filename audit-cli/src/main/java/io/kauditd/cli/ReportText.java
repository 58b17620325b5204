// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link RunReport} document in words: the summary at the end, and {@code audit status}. */
final class ReportText {
  private final Map<String, @Nullable Object> document;
  private final List<String> lines = new ArrayList<>();

  private ReportText(Map<String, @Nullable Object> document) {
    this.document = document;
  }

  /** The lines, without line ends. */
  static List<String> of(Map<String, @Nullable Object> document) {
    var text = new ReportText(document);
    text.head();
    text.ledger();
    text.settings();
    text.trouble();
    return text.lines;
  }

  /** One line: {@code pid 42, up 12s: file:in.log -> mainline -> file:out.log, …}. */
  static String shortLine(Map<String, @Nullable Object> document) {
    var text = new ReportText(document);
    Map<String, @Nullable Object> ledger = text.map("ledger");
    return Harmless.line(
        "pid %s, up %s: %s -> %s -> %s, %s delivered, %s waiting, %s lost"
            .formatted(
                document.get("pid"),
                seconds(number(document, "elapsedMs")),
                document.get("source"),
                document.get("policy"),
                document.get("transport"),
                grouped(number(ledger, "delivered")),
                grouped(text.waiting(ledger)),
                grouped(number(document, "lost"))));
  }

  static boolean isConnected(Map<String, @Nullable Object> document) {
    return Boolean.TRUE.equals(document.get("connected"));
  }

  /** The daemon in words, with its port if it has one. */
  static String daemon(Map<String, @Nullable Object> document) {
    if (!isConnected(document)) {
      return "none";
    }
    long port = number(document, "daemon");
    return port == 0 ? "connected" : "connected (" + port + ")";
  }

  private void head() {
    Map<String, @Nullable Object> end = map("end");
    String time = seconds(number(document, "elapsedMs"));
    lines.add(
        Harmless.line(
            "%s -> %s -> %s"
                .formatted(
                    document.get("source"), document.get("policy"), document.get("transport"))));
    if (end.isEmpty()) {
      line("pid", "%s, up %s".formatted(document.get("pid"), time));
      line("daemon", daemon(document));
    } else {
      line("ended", "after %s: %s".formatted(time, reason(end)));
    }
  }

  private static String reason(Map<String, @Nullable Object> end) {
    Object message = end.get("message");
    return end.get("reason") + (message == null ? "" : ": " + message);
  }

  private void ledger() {
    Map<String, @Nullable Object> ledger = map("ledger");
    line("logged", grouped(number(ledger, "logged")));
    if (number(ledger, "recovered") > 0) {
      line("recovered", grouped(number(ledger, "recovered")) + " from an earlier run");
    }
    line("delivered", grouped(number(ledger, "delivered")));
    line(
        "waiting",
        "%s (main %s, retry %s, hold %s; at most %s, %s, %s)"
            .formatted(
                grouped(waiting(ledger)),
                grouped(number(ledger, "inMain")),
                grouped(number(ledger, "inRetry")),
                grouped(number(ledger, "inHold")),
                grouped(number(map("highWater"), "main")),
                grouped(number(map("highWater"), "retry")),
                grouped(number(map("highWater"), "hold"))));
    Map<String, @Nullable Object> dropped = child(ledger, "dropped");
    long total = dropped.keySet().stream().mapToLong(reason -> number(dropped, reason)).sum();
    line("dropped", grouped(total) + reasons(dropped));
    if (!Boolean.TRUE.equals(ledger.get("balances"))) {
      line("ledger", "DOES NOT BALANCE: this is a fault of the program");
    }
  }

  private String reasons(Map<String, @Nullable Object> dropped) {
    var words = new ArrayList<String>();
    dropped.forEach((reason, count) -> {
      if (number(dropped, reason) > 0) {
        words.add(spaced(reason) + " " + grouped(number(dropped, reason)));
      }
    });
    return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
  }

  private void settings() {
    Map<String, @Nullable Object> settings = map("settings");
    line(
        "settings",
        "backlog limit %s, backlog wait time %s ms (waited %s ms), rate limit %s, failure mode %s,"
                .formatted(
                    settings.get("backlogLimit"),
                    settings.get("backlogWaitTimeMs"),
                    grouped(number(document, "backlogWaitTimeActualMs")),
                    settings.get("rateLimit"),
                    settings.get("failureMode"))
            + " audit default "
            + (Boolean.TRUE.equals(settings.get("auditDefault")) ? "on" : "off"));
    Map<String, @Nullable Object> counters = map("counters");
    line(
        "counters",
        "passes %s, send attempts %s, failed %s, connections given up %s, printed %s"
            .formatted(
                grouped(number(counters, "passes")),
                grouped(number(counters, "sendAttempts")),
                grouped(number(counters, "failedSends")),
                grouped(number(counters, "resets")),
                grouped(number(counters, "printed"))));
  }

  private void trouble() {
    long problems = number(map("problems"), "count");
    if (problems > 0) {
      line("problems", grouped(problems) + " in what the source read");
    }
    Map<String, @Nullable Object> notes = map("notes");
    notes.keySet().forEach(what -> line("note", grouped(number(notes, what)) + " " + what));
    if (document.get("lastError") != null) {
      line("last error", String.valueOf(document.get("lastError")));
    }
  }

  private void line(String name, String value) {
    lines.add(Harmless.line("  %-10s %s".formatted(name, value)));
  }

  private long waiting(Map<String, @Nullable Object> ledger) {
    return number(ledger, "inMain") + number(ledger, "inRetry") + number(ledger, "inHold");
  }

  private Map<String, @Nullable Object> map(String name) {
    return child(document, name);
  }

  @SuppressWarnings("unchecked") // JSON objects have strings as names
  static Map<String, @Nullable Object> child(Map<String, @Nullable Object> map, String name) {
    return map.get(name) instanceof Map<?, ?> child
        ? (Map<String, @Nullable Object>) child
        : Map.of();
  }

  static long number(Map<String, @Nullable Object> map, String name) {
    return map.get(name) instanceof Number number ? number.longValue() : 0;
  }

  /** {@code retryOverflow} as {@code retry overflow}. */
  static String spaced(String name) {
    return name.replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String seconds(long elapsedMs) {
    Duration elapsed = Duration.ofMillis(elapsedMs);
    if (elapsed.toMinutes() == 0) {
      return String.format(Locale.ROOT, "%.1fs", elapsedMs / 1000.0);
    }
    return elapsed.toHours() == 0
        ? elapsed.toMinutes() + "m" + elapsed.toSecondsPart() + "s"
        : elapsed.toHours() + "h" + elapsed.toMinutesPart() + "m";
  }
}
