// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.StringJoiner;

/** The table of ratios: what was measured beside what it is compared with, and what is wanted. */
final class Ratios {
  private final Figures figures;
  private final StringJoiner table = new StringJoiner("\n", "", "\n");

  private Ratios(Figures figures) {
    this.figures = figures;
    table.add("| what | measured | at least | reached | limit | aim | reached |");
    table.add("| --- | --- | --- | --- | --- | --- | --- |");
  }

  /** As Markdown; what was not measured is left out. */
  static String table(Figures figures) {
    Ratios ratios = new Ratios(figures);
    ratios.handOver(1);
    ratios.handOver(2);
    ratios.coarse();
    ratios.burst();
    ratios.toFile();
    ratios.steady();
    ratios.stalled();
    ratios.allocated();
    ratios.loss(1);
    ratios.loss(2);
    ratios.spool();
    ratios.depth();
    ratios.acknowledged();
    ratios.idle();
    return ratios.table.toString();
  }

  private void handOver(int producers) {
    String of = "HandOver producers=" + producers + " relay=";
    if (figures.has(of + "log4j2")) {
      double toLog4j = figures.get(of + "engine-text") / figures.get(of + "log4j2");
      double toQueue = figures.get(of + "engine-text") / figures.get(of + "jctools-text");
      double aim = producers == 1 ? 1.0 : 0.95;
      row(
          "sustained, " + producers + (producers == 1 ? " producer" : " producers"),
          times(toLog4j, "Log4j2's rate"),
          ">= 2.5",
          toLog4j >= 2.5,
          times(toQueue, "a bare MPSC queue's with clock, serial and record"),
          ">= " + aim,
          toQueue >= aim);
    }
  }

  private void coarse() {
    String of = "HandOver producers=1 relay=";
    if (figures.has(of + "engine-coarse")) {
      double toQueue = figures.get(of + "engine-coarse") / figures.get(of + "jctools-text");
      double toFine = figures.get(of + "engine-coarse") / figures.get(of + "engine-text");
      row(
          "sustained, 1 producer, coarse clock",
          times(toFine, "the rate with the usual clock"),
          ">= 1",
          toFine >= 1,
          times(toQueue, "a bare MPSC queue's with clock, serial and record"),
          ">= 1.4",
          toQueue >= 1.4);
    }
  }

  private void burst() {
    String of = "Burst relay=";
    if (figures.has(of + "log4j2")) {
      double toLog4j = figures.get(of + "engine-text") / figures.get(of + "log4j2");
      double toQueue = figures.get(of + "engine") / figures.get(of + "jctools");
      row(
          "burst of 4,096, a record",
          times(toLog4j, "Log4j2's time"),
          "<= 0.33",
          toLog4j <= 1 / 3.0,
          times(toQueue, "the bare MPSC queue's"),
          "<= 1.5",
          toQueue <= 1.5);
    }
  }

  private void toFile() {
    String of = "FileOut to=";
    if (figures.has(of + "log4j2")) {
      double toLog4j = figures.get(of + "log4j2") / figures.get(of + "engine-none");
      double toRaw =
          Math.min(figures.get(of + "raw"), figures.get(of + "raw-1m"))
              / figures.get(of + "engine-none");
      row(
          "to a file, never forced",
          times(toLog4j, "Log4j2's rate, unflushed"),
          ">= 1.2",
          toLog4j >= 1.2,
          times(toRaw, "the fastest raw batches'"),
          ">= 0.6",
          toRaw >= 0.6);
    }
    if (figures.has(of + "engine-data")) {
      double toRaw = figures.get(of + "raw-force") / figures.get(of + "engine-data");
      row(
          "to a file, each batch forced",
          times(toRaw, "raw batches' with a force"),
          ">= 0.7",
          toRaw >= 0.7,
          times(toRaw, "the same"),
          ">= 0.95",
          toRaw >= 0.95);
    }
  }

  private void steady() {
    String of = "Steady engine-none ";
    if (figures.has("Steady log4j2-flush cpu s a million")) {
      double ours = figures.get(of + "cpu s a million");
      double toLog4j = ours / figures.get("Steady log4j2-flush cpu s a million");
      row(
          "steady 20,000 a second to a file",
          times(toLog4j, "the CPU of Log4j2's thread"),
          "<= 1",
          toLog4j <= 1,
          String.format(Locale.ROOT, "%.1f CPU s a million", ours),
          "<= 2",
          ours <= 2);
    }
  }

  private void stalled() {
    String of = "StalledSink engine-room ";
    if (figures.has(of + "lost")) {
      double worse = figures.get(of + "stalled p99.9 us") / figures.get(of + "healthy p99.9 us");
      double p99 = figures.get(of + "stalled p99 us");
      double lost = figures.get(of + "lost");
      row(
          "sink stalled for 2 s",
          String.format(Locale.ROOT, "%.0f lost, p99.9 %.2f x the healthy one", lost, worse),
          "0, <= 2",
          lost == 0 && worse <= 2,
          String.format(Locale.ROOT, "p99 %.1f us", p99),
          "< 5",
          p99 < 5);
    }
  }

  private void allocated() {
    String name = "FileOut to=engine-none bytes allocated";
    if (figures.has(name)) {
      double bytes = figures.get(name);
      row(
          "allocated a record, text to file",
          String.format(Locale.ROOT, "%.1f B beside the text", bytes),
          "<= 64",
          bytes <= 64,
          String.format(Locale.ROOT, "%.1f B", bytes),
          "0",
          bytes < 0.5);
    }
  }

  private void loss(int producers) {
    String name = "LossCost producers=" + producers + " ratio";
    if (figures.has(name)) {
      double ratio = figures.get(name);
      String what =
          "a record that is lost, " + producers + (producers == 1 ? " producer" : " producers");
      atMost(what, ratio, "one that is taken", 1.2, 1);
    }
  }

  private void spool() {
    String of = "SpoolCost ";
    if (!figures.has(of + "spool-in ns")) {
      return;
    }
    double in = figures.get(of + "spool-in ns") / figures.get(of + "memory-in ns");
    String memory = "the memory queue's time";
    row(
        "spool as hold queue, in",
        times(in, memory),
        "<= 14",
        in <= 14,
        "the same",
        "<= 3",
        in <= 3);
    double out = figures.get(of + "spool-out ns") / figures.get(of + "memory-out ns");
    row(
        "spool as hold queue, out",
        times(out, memory),
        "<= 13",
        out <= 13,
        "the same",
        "<= 3",
        out <= 3);
    double one = figures.get(of + "main-1 ns");
    double two = figures.get(of + "main-2 ns");
    row(
        "spool as main queue, 2 producers",
        times(two / one, "the time with 1"),
        "<= 1",
        two <= one,
        String.format(Locale.ROOT, "%.2f us with 1", one / 1000),
        "<= 0.4",
        one <= 400);
    double forced = figures.get(of + "data-1 ns") / figures.get(of + "data-16 ns");
    row(
        "spool, each record on disk, 16 producers",
        times(forced, "the rate of 1"),
        ">= 10",
        forced >= 10,
        "the same",
        ">= 10",
        forced >= 10);
  }

  private void depth() {
    String of = "Depth depth=";
    if (figures.has(of + "1000000 record=same")) {
      double ratio = figures.get(of + "1000000 record=same") / figures.get(of + "100 record=same");
      atMost("a record, 1,000,000 waiting", ratio, "the time with 100", 1.3, 1.1);
    }
  }

  private void acknowledged() {
    String of = "Acknowledged asks=";
    if (figures.has(of + "source")) {
      double ratio = figures.get(of + "source") / figures.get(of + "nobody");
      atMost(
          "a record of a source that asks how far all is settled",
          ratio,
          "that of a source that does not",
          1.1,
          1.03);
    }
  }

  private void idle() {
    if (figures.has("Idle engine")) {
      double wakeUps = figures.get("Idle engine");
      String measured = String.format(Locale.ROOT, "%.1f wake-ups a second", wakeUps);
      row("idle", measured, "0", wakeUps == 0, "the same", "0", wakeUps == 0);
    }
  }

  /** A ratio that is its own limit. */
  private void atMost(String what, double ratio, String of, double wanted, double aim) {
    row(
        what,
        times(ratio, of),
        "<= " + shortest(wanted),
        ratio <= wanted,
        times(ratio, "the same"),
        "<= " + shortest(aim),
        ratio <= aim);
  }

  private static String shortest(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  private static String times(double ratio, String of) {
    return String.format(Locale.ROOT, "%.2f x %s", ratio, of);
  }

  private void row(
      String what,
      String measured,
      String wanted,
      boolean met,
      String limit,
      String aim,
      boolean aimMet) {
    String line = String.join(" | ", what, measured, wanted, yes(met), limit, aim, yes(aimMet));
    table.add("| " + line + " |");
  }

  private static String yes(boolean met) {
    return met ? "yes" : "no";
  }
}
