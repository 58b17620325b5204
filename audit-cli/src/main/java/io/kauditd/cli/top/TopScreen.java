// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.NumberText;
import io.kauditd.cli.top.TopSample.Depth;
import io.kauditd.cli.top.TopSample.Total;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * Lays out what {@code audit top} shows. Where there is not enough room, the rows that matter least
 * are left out, and what is too long is cut.
 */
final class TopScreen {
  private static final int PAGE_COLUMNS = 80;
  private static final int LABEL_COLUMNS = 16;
  private static final int RATE_COLUMNS = 10;
  private static final int TOTAL_COLUMNS = 14;
  private static final int MIN_BAR_COLUMNS = 3;

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle WARN = PLAIN.foreground(AttributedStyle.YELLOW);
  private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);

  private final TopHistory.View view;
  private final int columns;
  private final boolean blocks;
  private final List<Row> rows = new ArrayList<>();

  /** What is left out first stands last. */
  private enum Rank {
    MOST,
    DAEMON,
    ERROR,
    OLD_ERRORS,
    REASONS,
    HELP,
    TITLE,
    FACTS,
    SPACE
  }

  private record Row(Rank rank, AttributedString text) {}

  private TopScreen(TopHistory.View view, int columns, boolean blocks) {
    this.view = view;
    this.columns = columns;
    this.blocks = blocks;
    header();
    queues();
    totals();
    connection();
  }

  /**
   * For a terminal of a size.
   *
   * @param blocks whether the terminal can show block characters
   */
  static List<AttributedString> fit(
      TopHistory.View view, int columns, int maxRows, boolean blocks, String help) {
    var screen = new TopScreen(view, columns, blocks);
    screen.space();
    screen.add(Rank.HELP, PLAIN.faint(), help);
    screen.leaveOut(maxRows);
    return screen.rows.stream().map(row -> cut(row.text(), columns)).toList();
  }

  /** For a file or a pipe: all of it. */
  static List<String> page(TopHistory.View view, boolean blocks) {
    return new TopScreen(view, PAGE_COLUMNS, blocks)
        .rows.stream().map(row -> row.text().toString().stripTrailing()).toList();
  }

  private void header() {
    String left = "audit top: " + view.sample().subject();
    int gap = columns - left.length() - view.time().length();
    add(Rank.MOST, PLAIN.bold(), left + (gap > 0 ? " ".repeat(gap) + view.time() : ""));
    add(Rank.TITLE, PLAIN, Harmless.line(view.sample().title()));
    String trouble = view.trouble();
    if (trouble != null) {
      add(Rank.MOST, BAD, trouble);
    }
    space();
  }

  private void queues() {
    int nameColumns = 0;
    int numberColumns = 0;
    for (Depth depth : view.queues()) {
      nameColumns = Math.max(nameColumns, depth.queue().length());
      for (long number : new long[] {depth.records(), depth.highWater(), depth.limit()}) {
        numberColumns = Math.max(numberColumns, number(number).length());
      }
    }
    for (Depth depth : view.queues()) {
      String numbers =
          " %s %s, high %s"
              .formatted(
                  right(number(depth.records()), numberColumns),
                  depth.limit() == 0
                      ? "no limit"
                      : "of " + right(number(depth.limit()), numberColumns),
                  right(number(depth.highWater()), numberColumns));
      int bar = columns - nameColumns - 1 - 2 - numbers.length();
      var line = new AttributedStringBuilder();
      line.append(left(depth.queue(), nameColumns + 1));
      appendBar(line, depth, Math.max(MIN_BAR_COLUMNS, bar));
      line.append(numbers);
      rows.add(new Row(Rank.MOST, line.toAttributedString()));
    }
    space();
  }

  /** Full up to the depth, shaded up to the high-water mark, empty up to the limit. */
  private void appendBar(AttributedStringBuilder line, Depth depth, int width) {
    long scale = depth.limit() == 0 ? Math.max(1, depth.highWater()) : depth.limit();
    int full = cells(depth.records(), scale, width);
    int shaded = Math.max(full, cells(depth.highWater(), scale, width)) - full;
    double filling = depth.limit() == 0 ? 0 : (double) depth.records() / depth.limit();
    line.append('[');
    line.styled(
        filling >= 0.9 ? BAD : filling >= 0.5 ? WARN : GOOD, (blocks ? "█" : "#").repeat(full));
    line.styled(PLAIN.faint(), (blocks ? "░" : "-").repeat(shaded));
    line.append(' ', width - full - shaded);
    line.append(']');
  }

  /** Whatever is there shows: one record in ten thousand is a cell. */
  private static int cells(long records, long scale, int width) {
    long cells = (records * width + scale - 1) / scale;
    return (int) Math.min(width, cells);
  }

  private void totals() {
    add(Rank.DAEMON, PLAIN.faint(), table("", "rate", "records"));
    for (Total total : view.sample().totals()) {
      total(Rank.MOST, PLAIN, "", total);
    }
    Total lost = view.sample().lost();
    total(Rank.MOST, lost.records() > 0 ? BAD : PLAIN, "", lost);
    for (Total loss : view.sample().losses()) {
      if (loss.records() > 0) {
        total(Rank.REASONS, PLAIN, "  ", loss);
      }
    }
    space();
  }

  private void total(Rank rank, AttributedStyle style, String indent, Total total) {
    Double rate = view.rates().get(total.name());
    add(
        rank,
        style,
        table(
            indent + total.name(),
            rate == null ? "-" : rate(rate),
            fitting(total.records(), TOTAL_COLUMNS - 1)));
  }

  private static String table(String label, String rate, String total) {
    return left(label, LABEL_COLUMNS) + right(rate, RATE_COLUMNS) + right(total, TOTAL_COLUMNS);
  }

  private void connection() {
    fact(Rank.DAEMON, view.sample().connected() ? PLAIN : BAD, "daemon", view.sample().daemon());
    Rank rank = Rank.ERROR;
    for (TopHistory.SeenError error : view.errors()) {
      fact(
          rank,
          PLAIN,
          rank == Rank.ERROR ? "last error" : "",
          error.time() + " " + Harmless.line(error.text()));
      rank = Rank.OLD_ERRORS;
    }
    view.sample().facts().forEach(fact -> fact(Rank.FACTS, PLAIN, fact.name(), fact.text()));
  }

  private void fact(Rank rank, AttributedStyle style, String name, String text) {
    add(rank, style, left(name, 11) + text);
  }

  private void space() {
    add(Rank.SPACE, PLAIN, "");
  }

  private void add(Rank rank, AttributedStyle style, String text) {
    rows.add(new Row(rank, new AttributedString(text, style)));
  }

  /** Takes the rows away that matter least, from the end, until the others fit. */
  private void leaveOut(int maxRows) {
    Rank[] ranks = Rank.values();
    for (int rank = ranks.length - 1; rank > 0; rank--) {
      for (int i = rows.size() - 1; i >= 0 && rows.size() > maxRows; i--) {
        if (rows.get(i).rank() == ranks[rank]) {
          rows.remove(i);
        }
      }
    }
    if (rows.size() > maxRows) {
      rows.subList(maxRows, rows.size()).clear();
    }
  }

  private static AttributedString cut(AttributedString text, int columns) {
    return text.columnLength() <= columns ? text : text.columnSubSequence(0, columns);
  }

  /** In full where there is room for it. */
  private String number(long number) {
    return fitting(number, columns < PAGE_COLUMNS ? 6 : 13);
  }

  private static String fitting(long number, int width) {
    String full = NumberText.grouped(number);
    return full.length() <= width ? full : rounded((double) number);
  }

  /** Three digits and a power of a thousand: {@code 1.23M}. */
  private static String rounded(double number) {
    String units = "kMGTPE";
    double scaled = number / 1000;
    int unit = 0;
    while (scaled >= 999.5 && unit < units.length() - 1) {
      scaled /= 1000;
      unit++;
    }
    String format = scaled < 9.995 ? "%.2f%c" : scaled < 99.95 ? "%.1f%c" : "%.0f%c";
    return String.format(Locale.ROOT, format, scaled, units.charAt(unit));
  }

  private static String rate(double perSecond) {
    String text =
        perSecond > 0 && perSecond < 9.95
            ? String.format(Locale.ROOT, "%.1f", perSecond)
            : fitting(Math.round(perSecond), RATE_COLUMNS - 3);
    return text + "/s";
  }

  private static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
