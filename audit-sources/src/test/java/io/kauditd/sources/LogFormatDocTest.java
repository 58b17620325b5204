// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of {@code docs/reference/log-format.md}, row by row. */
class LogFormatDocTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "reference", "log-format.md");
  private static final long NOW_MS = 1_700_000_000_123L;
  private static final String NOW = "audit(1700000000.123:1):";
  private static final Pattern BYTE = Pattern.compile("\\\\x([0-9A-F]{2})");

  /** A row: the line, and the cells behind it. */
  record Row(String line, List<String> cells) {
    String cell(int index) {
      return cells.get(index);
    }

    @Override
    public String toString() {
      return line;
    }
  }

  /** The rows of the tables of a section whose first cell is code. */
  private static Stream<Row> rows(String section, int atLeast) throws IOException {
    var rows = new ArrayList<Row>();
    boolean inside = false;
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("## ")) {
        inside = line.equals("## " + section);
      } else if (inside && line.startsWith("| `")) {
        List<String> cells = List.of(line.substring(2).split(" ?\\|(?: |$)", -1));
        rows.add(new Row(bytes(code(cells.get(0))), cells.subList(1, cells.size())));
      }
    }
    assertThat(rows).as("rows of %s", section).hasSizeGreaterThanOrEqualTo(atLeast);
    return rows.stream();
  }

  private static String code(String cell) {
    return cell.startsWith("`") ? cell.substring(1, cell.lastIndexOf('`')) : cell;
  }

  /** What a cell stands for, each byte as a character. */
  private static String bytes(String code) {
    String utf8 = new String(code.getBytes(UTF_8), ISO_8859_1);
    String line = utf8.replaceFirst("SP$", " ").replace("GS", "\u001D");
    return BYTE.matcher(line)
        .replaceAll(found ->
            Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
  }

  static Stream<Row> own() throws IOException {
    return rows("The audit daemon's own form", 14);
  }

  static Stream<Row> behindSomething() throws IOException {
    return rows("After a header", 40);
  }

  static Stream<Row> withoutStamp() throws IOException {
    return rows("Without a stamp", 9);
  }

  static Stream<Row> anythingElse() throws IOException {
    return rows("Anything else", 9);
  }

  static CollectingSink feed(String line, LineRules rules) {
    var sink = new CollectingSink();
    var records = new LineRecords(sink, rules, false, () -> NOW_MS);
    byte[] bytes = line.getBytes(ISO_8859_1);
    records.take(bytes, 0, bytes.length, new LineName(""));
    return sink;
  }

  private static CollectingSink feed(String line) {
    return feed(line, LineRules.of(RecordType.TRUSTED_APP));
  }

  private static AuditRecord only(CollectingSink sink) {
    assertThat(sink.records()).hasSize(1);
    return sink.records().getFirst();
  }

  @ParameterizedTest
  @MethodSource("own")
  void theDaemonsOwnLineComesOutAsItIs(Row row) {
    CollectingSink sink = feed(row.line());
    AuditRecord record = only(sink);
    assertThat(RecordType.nameOf(record.type())).isEqualTo(row.cell(0));
    assertThat(record.timeMs() + ", " + record.serial()).isEqualTo(row.cell(1));
    assertThat(Logs.of(sink.records())).isEqualTo(row.line() + "\n");
    assertThat(sink.problems()).isEmpty();
    assertThat(sink.notes()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("behindSomething")
  void whatStandsBeforeIsRemovedAndNoted(Row row) {
    CollectingSink sink = feed(row.line());
    String written = bytes(code(row.cell(0)));
    assertThat(Logs.of(sink.records())).isEqualTo(written + "\n");
    assertThat(sink.problems()).isEmpty();
    boolean untouched = row.line().startsWith("type=1700") || row.line().startsWith("audit(");
    String prefixes =
        row.line().startsWith(" ") || row.line().startsWith("\u00EF")
            ? "blanks before records removed"
            : row.line().matches(".*(?:type=\\d+ | |^)audit\\(\\d.*")
                    && !row.line().contains("msg=audit")
                ? "prefixes of the kernel log removed"
                : "syslog headers removed";
    assertThat(sink.notes().getOrDefault(prefixes, 0L)).isEqualTo(untouched ? 0 : 1);
    boolean typeless = row.cell(1).contains("noted");
    assertThat(sink.notes().keySet().stream().anyMatch(note -> note.contains("named no type")))
        .isEqualTo(typeless);
    // What was written is read back the same.
    CollectingSink again = feed(written);
    assertThat(again.records()).isEqualTo(sink.records());
    assertThat(again.notes()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("withoutStamp")
  void aRecordWithoutAStampKeepsItsTypeAndIsReported(Row row) {
    CollectingSink sink = feed(row.line());
    String written = bytes(code(row.cell(0))).replace("NOW", NOW);
    assertThat(Logs.of(sink.records())).isEqualTo(written + "\n");
    assertThat(sink.problems()).singleElement().asString().contains("has no stamp");
    CollectingSink again = feed(written);
    assertThat(again.records()).isEqualTo(sink.records());
    assertThat(again.problems()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("anythingElse")
  void anyOtherLineBecomesATextAndIsNoted(Row row) {
    CollectingSink sink = feed(row.line());
    AuditRecord record = only(sink);
    assertThat(record.type()).isEqualTo(RecordType.TRUSTED_APP);
    assertThat(new String(record.textBytes(), ISO_8859_1)).isEqualTo(row.line());
    assertThat(sink.notes())
        .containsOnlyKeys("lines were no audit records and became TRUSTED_APP records of now");
    if (row.cell(0).isEmpty()) {
      assertThat(sink.problems()).isEmpty();
    } else {
      assertThat(sink.problems()).singleElement().asString().contains(row.cell(0));
    }
  }

  @ParameterizedTest
  @MethodSource({"own", "behindSomething", "withoutStamp", "anythingElse"})
  void aFixedFormLosesNoLine(Row row) {
    for (LineRules.Form form : LineRules.Form.values()) {
      CollectingSink sink = feed(row.line(), LineRules.of(RecordType.USER_CMD).withForm(form));
      AuditRecord record = only(sink);
      boolean asText =
          record.type() == RecordType.USER_CMD
              && new String(record.textBytes(), ISO_8859_1).equals(row.line());
      switch (form) {
        case PLAIN -> assertThat(asText).as("%s", form).isTrue();
        case AUTO -> {}
        default ->
            assertThat(sink.problems().stream().anyMatch(problem -> problem.contains("form")))
                .as("%s", form)
                .isEqualTo(asText && !sink.problems().toString().contains("kernel lost"));
      }
    }
  }
}
