// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.testkit.CollectingSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever a line holds: it comes out, as one record or as the messages it consists of, or is
 * reported as skipped; and what was written is read back the same, without a word.
 */
class SourceLinesFuzzTest {
  private static final String[] PIECES = {
    "type=",
    "node=",
    "host=",
    " ",
    "  ",
    ": ",
    "msg=",
    "audit(",
    "audit: ",
    "audit[1]: ",
    "): ",
    "):",
    ")",
    "(",
    ":",
    ".",
    "0",
    "000",
    "99999999999999999999",
    "UNKNOWN[",
    "]",
    "1400",
    "PATH",
    "<13>",
    "<13>1 ",
    "kernel: ",
    "[",
    "[   12.345678] ",
    "Nov 25 20:21:54 ",
    "#035",
    "#011",
    "#012",
    "\"",
    "\\",
    "\0",
    "\r",
    "\u001D",
    "\u007F",
    "\u0080",
    "\u00FF",
    "- - ",
    "73 ",
    "avc: "
  };

  @Test
  @Tag(Deep.TAG)
  void aLineComesOutAndIsReadBackTheSame() throws IOException {
    List<String> corpus = corpus();
    try (DeepSearch lines =
        Deep.search("lines of any form, changed", 40_000, 10_000_000, 100_000_000)) {
      for (long seed = lines.seed(); lines.goesOn(); seed++) {
        var random = new Random(seed);
        String line = mutate(corpus.get(random.nextInt(corpus.size())), random);
        LineRules.Form[] forms = LineRules.Form.values();
        LineRules.Form form =
            random.nextInt(3) > 0 ? forms[0] : forms[random.nextInt(forms.length)];
        try {
          check(line, form);
        } catch (RuntimeException | AssertionError e) {
          fail("seed " + seed + ", form " + form + ": " + line, e);
        }
        lines.tried(1);
      }
    }
  }

  private static void check(String line, LineRules.Form form) {
    CollectingSink sink =
        LogFormatDocTest.feed(line, LineRules.of(RecordType.TRUSTED_APP).withForm(form));
    long skipped = sink.problems().stream().filter(p -> p.endsWith("; skipped")).count();
    boolean empty = line.isEmpty() || line.equals("\r");
    assertThat(sink.records().size() + skipped).isEqualTo(empty ? 0 : messages(line, form));
    String written = Logs.of(sink.records());
    for (int i = 0, from = 0; i < sink.records().size(); i++) {
      int to = written.indexOf('\n', from);
      AuditRecord record = sink.records().get(i);
      CollectingSink again =
          LogFormatDocTest.feed(written.substring(from, to), LineRules.of(RecordType.TRUSTED_APP));
      assertThat(again.problems()).isEmpty();
      assertThat(again.notes()).isEmpty();
      assertThat(again.records()).containsExactly(record);
      from = to + 1;
    }
  }

  /** How many messages are counted in a line, by a second way of reading them. */
  private static int messages(String line, LineRules.Form form) {
    boolean looksInside = line.contains("type=") || line.contains("aud");
    if (!looksInside || (form != LineRules.Form.AUTO && form != LineRules.Form.SYSLOG)) {
      return 1;
    }
    String rest = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    int count = 0;
    while (rest.matches("(?s)[1-9]\\d{0,4} <\\d{1,3}>.*")) {
      int space = rest.indexOf(' ');
      int length = Integer.parseInt(rest.substring(0, space));
      count++;
      int left = rest.length() - space - 1;
      if (length == left || length == left + 1) {
        return count;
      }
      if (length > left) {
        return 1;
      }
      rest = rest.substring(space + 1 + length);
    }
    return 1;
  }

  /** The lines of the document. */
  private static List<String> corpus() throws IOException {
    var lines = new ArrayList<String>();
    for (String line :
        Files.readAllLines(Path.of("..", "docs", "reference", "log-format.md"), ISO_8859_1)) {
      if (line.startsWith("| `")) {
        lines.add(line.substring(3, line.indexOf('`', 3)));
      }
    }
    assertThat(lines).hasSizeGreaterThan(60);
    return lines;
  }

  private static String mutate(String line, Random random) {
    var text = new StringBuilder(line);
    for (int left = random.nextInt(4); left > 0; left--) {
      int from = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), from + random.nextInt(6));
      switch (random.nextInt(6)) {
        case 0 -> text.delete(from, to);
        case 1 -> text.insert(from, PIECES[random.nextInt(PIECES.length)]);
        case 2 -> text.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
        case 3 -> text.replace(from, to, "" + (char) random.nextInt(256));
        case 4 -> {
          if (random.nextInt(50) == 0) {
            text.insert(from, "x".repeat(random.nextInt(10_000)));
          }
        }
        default -> text.insert(from, text.substring(from, to));
      }
    }
    return text.toString().replace('\n', 'n');
  }
}
