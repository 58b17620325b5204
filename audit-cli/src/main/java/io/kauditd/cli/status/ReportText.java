// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.status;

import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.NumberText;
import io.kauditd.spi.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The document about a run in words: the summary at the end, and {@code audit status}. */
public final class ReportText {
  private final Map<String, @Nullable Object> document;
  private final List<String> lines = new ArrayList<>();

  private ReportText(Map<String, @Nullable Object> document) {
    this.document = document;
  }

  /** The lines, without line ends. */
  public static List<String> of(Map<String, @Nullable Object> document) {
    var text = new ReportText(document);
    text.head();
    List<Map<String, @Nullable Object>> transports = transports(document);
    if (transports.size() > 1) {
      transports.forEach(text::transport);
    } else {
      text.ledger();
      text.settings();
    }
    text.trouble();
    if (transports.size() < 2) {
      text.lastError();
    }
    return text.lines;
  }

  /** The lines about each transport, in the order in which they were given. */
  @SuppressWarnings("unchecked") // JSON objects have strings as names
  public static List<Map<String, @Nullable Object>> transports(
      Map<String, @Nullable Object> document) {
    var all = new ArrayList<Map<String, @Nullable Object>>();
    if (document.get("transports") instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> map) {
          all.add((Map<String, @Nullable Object>) map);
        }
      }
    }
    return all;
  }

  /** One of several. */
  private void transport(Map<String, @Nullable Object> transport) {
    lines.add(
        Harmless.line(
            "%s: %s -> %s"
                .formatted(
                    transport.get("name"), transport.get("policy"), transport.get("transport"))));
    var text = new ReportText(transport);
    if (map("end").isEmpty()) {
      text.line("daemon", daemon(transport));
    }
    text.ledger();
    text.settings();
    text.lastError();
    lines.addAll(text.lines);
  }

  /** One line: {@code pid 42, up 12s: file:in.log -> mainline -> file:out.log, …}. */
  static String shortLine(Map<String, @Nullable Object> document) {
    var text = new ReportText(document);
    Map<String, @Nullable Object> ledger = text.map("ledger");
    return Harmless.line(
        "pid %s, up %s: %s -> %s -> %s, %s delivered, %s waiting, %s lost"
            .formatted(
                document.get("pid"),
                upTime(document),
                document.get("source"),
                document.get("policy"),
                document.get("transport"),
                NumberText.grouped(number(ledger, "delivered")),
                NumberText.grouped(text.waiting(ledger)),
                NumberText.grouped(number(document, "lost"))));
  }

  public static boolean isConnected(Map<String, @Nullable Object> document) {
    return Boolean.TRUE.equals(document.get("connected"));
  }

  /** The daemon in words, with its port if it has one. */
  public static String daemon(Map<String, @Nullable Object> document) {
    if (!isConnected(document)) {
      return "none";
    }
    long port = number(document, "daemon");
    return port == 0 ? "connected" : "connected (" + port + ")";
  }

  private void head() {
    Map<String, @Nullable Object> end = map("end");
    lines.add(
        Harmless.line(
            "%s -> %s -> %s"
                .formatted(
                    document.get("source"), document.get("policy"), document.get("transport"))));
    if (end.isEmpty()) {
      line("pid", "%s, up %s".formatted(document.get("pid"), upTime(document)));
      if (transports(document).size() < 2) {
        line("daemon", daemon(document));
      }
    } else {
      line("ended", "after %s: %s".formatted(time(document, "elapsedMs"), reason(end)));
    }
  }

  private static String reason(Map<String, @Nullable Object> end) {
    Object message = end.get("message");
    return end.get("reason") + (message == null ? "" : ": " + message);
  }

  private void ledger() {
    Map<String, @Nullable Object> ledger = map("ledger");
    line("logged", NumberText.grouped(number(ledger, "logged")));
    if (number(ledger, "recovered") > 0) {
      line("recovered", NumberText.grouped(number(ledger, "recovered")) + " from an earlier run");
    }
    line("delivered", NumberText.grouped(number(ledger, "delivered")));
    if (number(ledger, "sentAgain") > 0) {
      line(
          "sent again",
          NumberText.grouped(number(ledger, "sentAgain"))
              + " whose acknowledgement was lost; so many may have arrived twice");
    }
    line(
        "waiting",
        "%s (main %s, retry %s, hold %s; at most %s, %s, %s)"
            .formatted(
                NumberText.grouped(waiting(ledger)),
                NumberText.grouped(number(ledger, "inMain")),
                NumberText.grouped(number(ledger, "inRetry")),
                NumberText.grouped(number(ledger, "inHold")),
                NumberText.grouped(number(map("highWater"), "main")),
                NumberText.grouped(number(map("highWater"), "retry")),
                NumberText.grouped(number(map("highWater"), "hold"))));
    Map<String, @Nullable Object> dropped = child(ledger, "dropped");
    long total = dropped.keySet().stream().mapToLong(reason -> number(dropped, reason)).sum();
    line("dropped", NumberText.grouped(total) + reasons(dropped));
    if (!Boolean.TRUE.equals(ledger.get("balances"))) {
      line("ledger", "DOES NOT BALANCE: this is a fault of the program");
    }
  }

  private String reasons(Map<String, @Nullable Object> dropped) {
    var words = new ArrayList<String>();
    dropped.forEach((reason, count) -> {
      if (number(dropped, reason) > 0) {
        words.add(spaced(reason) + " " + NumberText.grouped(number(dropped, reason)));
      }
    });
    return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
  }

  private void settings() {
    Map<String, @Nullable Object> settings = map("settings");
    line(
        "settings",
        "backlog limit %s, backlog wait time %s (waited %s), rate limit %s, failure mode %s,"
                .formatted(
                    settings.get("backlogLimit"),
                    time(settings, "backlogWaitTimeMs"),
                    time(document, "backlogWaitTimeActualMs"),
                    settings.get("rateLimit"),
                    settings.get("failureMode"))
            + " audit default "
            + (Boolean.TRUE.equals(settings.get("auditDefault")) ? "on" : "off"));
    Map<String, @Nullable Object> counters = map("counters");
    line(
        "counters",
        "passes %s, send attempts %s, failed %s, connections given up %s, printed %s"
            .formatted(
                NumberText.grouped(number(counters, "passes")),
                NumberText.grouped(number(counters, "sendAttempts")),
                NumberText.grouped(number(counters, "failedSends")),
                NumberText.grouped(number(counters, "resets")),
                NumberText.grouped(number(counters, "printed"))));
  }

  private void trouble() {
    long problems = number(map("problems"), "count");
    if (problems > 0) {
      line("problems", NumberText.grouped(problems) + " in what the source read");
    }
    Map<String, @Nullable Object> notes = map("notes");
    notes
        .keySet()
        .forEach(what -> line("note", what + ": " + NumberText.grouped(number(notes, what))));
  }

  private void lastError() {
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
  public static Map<String, @Nullable Object> child(
      Map<String, @Nullable Object> map, String name) {
    return map.get(name) instanceof Map<?, ?> child
        ? (Map<String, @Nullable Object>) child
        : Map.of();
  }

  public static long number(Map<String, @Nullable Object> map, String name) {
    return map.get(name) instanceof Number number ? number.longValue() : 0;
  }

  /** How long an instance has been running, in whole seconds. */
  public static String upTime(Map<String, @Nullable Object> document) {
    long elapsedMs = number(document, "elapsedMs");
    return elapsedMs < 1_000 ? "0 s" : Durations.inWords(Duration.ofSeconds(elapsedMs / 1_000));
  }

  /** A number of milliseconds, for people. */
  public static String time(Map<String, @Nullable Object> map, String name) {
    return Durations.inWords(Duration.ofMillis(number(map, name)));
  }

  /** {@code retryOverflow} as {@code retry overflow}. */
  public static String spaced(String name) {
    return name.replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
