// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.TextMutator;
import io.kauditd.testkit.CollectingSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineSplitterTest {
  private static final String TOO_LONG =
      " bytes long; the text of a record has at most 8970, or 12288 with the names behind a 0x1D;"
          + " skipped";

  private static final long NOW_MS = 1_700_000_000_123L;
  private static final String GOOD = "type=USER_LOGIN msg=audit(1642555588.123:456): pid=1";

  private final CollectingSink sink = new CollectingSink();

  private void feed(String input) {
    feed(input, room -> room);
  }

  /**
   * Gives the splitter the input in pieces, at most as large as {@code piece} makes of the room.
   */
  private void feed(String input, IntUnaryOperator piece) {
    feed(sink, input, piece);
  }

  private static void feed(CollectingSink sink, String input, IntUnaryOperator piece) {
    var records = new LineRecords(sink, LineRules.of(RecordType.TRUSTED_APP), false, () -> NOW_MS);
    var lines = new LineSplitter(records, new LineName(""), LineSplitter.SMALL_CHUNK_BYTES);
    byte[] bytes = input.getBytes(ISO_8859_1);
    for (int at = 0; at < bytes.length; ) {
      ByteBuffer room = lines.room();
      assertThat(room.remaining()).isGreaterThan(LineSplitter.SMALL_CHUNK_BYTES / 2);
      int count = Math.min(bytes.length - at, piece.applyAsInt(room.remaining()));
      room.put(bytes, at, count);
      lines.read(count);
      at += count;
    }
    lines.end();
    lines.end();
  }

  @Test
  @Tag(Deep.TAG)
  void whereverTheInputIsCutTheLinesAreTheSame() {
    var mutator =
        new TextMutator(
            List.of(GOOD + "\nfree text\r\n\n" + GOOD + "\n"), "\n", "\r\n", "\r", "\0", "type=");
    try (DeepSearch inputs =
        Deep.search("inputs cut in other places", 2_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        var random = new Random(seed);
        String input = mutator.next(random);
        var whole = new CollectingSink();
        feed(whole, input, room -> room);
        var cut = new CollectingSink();
        feed(cut, input, room -> Math.min(room, 1 + random.nextInt(9)));
        assertThat(cut.records()).as("seed %d", seed).isEqualTo(whole.records());
        assertThat(cut.problems()).as("seed %d", seed).isEqualTo(whole.problems());
        inputs.tried(1);
      }
    }
  }

  @Test
  void aLineInTheAuditFormatKeepsItsTypeTimeAndSerial() {
    feed(GOOD + "\n");
    assertThat(sink.records()).containsExactly(AuditRecord.of(1112, 1642555588123L, 456, "pid=1"));
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void anyOtherLineBecomesARecordOfTheChosenTypeOfNow() {
    feed("something happened\n and again\n");
    assertThat(sink.records())
        .containsExactly(
            AuditRecord.of(1121, NOW_MS, 1, "something happened"),
            AuditRecord.of(1121, NOW_MS, 2, " and again"));
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void emptyLinesAreSkippedAndCarriageReturnsBelongToTheLineEnd() {
    feed("\n\r\na\r\n\n" + GOOD + "\r\nb\n");
    assertThat(sink.texts()).containsExactly("a", "pid=1", "b");
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void bytesThatAreNotUtf8PassAsTheyAre() {
    String line = "type=USER_CMD msg=audit(1.000:2): cmd=\u00FF\u00FE\u0080\u001Dx";
    feed(line + "\n\u00C3(\n");
    assertThat(Logs.of(sink.records()))
        .isEqualTo(line + "\ntype=TRUSTED_APP msg=audit(1700000000.123:1): \u00C3(\n");
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void anUnknownTypeIsKeptAsItIsSpelled() {
    String log =
        """
        type=MADE_UP msg=audit(1.000:2): a
        type=UNKNOWN[1999] msg=audit(1.000:3): b
        node=web1 type=SYSCALL msg=audit(1.000:4): c
        """;
    feed(log);
    assertThat(Logs.of(sink.records())).isEqualTo(log);
    assertThat(sink.records().getFirst().type()).isEqualTo(RecordType.UNKNOWN);
    assertThat(sink.records().get(1).type()).isEqualTo(1999);
    assertThat(sink.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "msg=audit(garbage): a",
        "msg=audit(1.5:2): a",
        "msg=audit(1.000:2)a",
        "msg=audit(",
      })
  void aMalformedStampIsReportedAndTheTypeKept(String text) {
    feed("first\ntype=SYSCALL " + text + "\nlast\n");
    assertThat(sink.texts()).containsExactly("first", text, "last");
    assertThat(sink.records().get(1).type()).isEqualTo(RecordType.SYSCALL);
    assertThat(sink.records().get(1).timeMs()).isEqualTo(NOW_MS);
    assertThat(sink.problems())
        .containsExactly(
            "line 2: has no stamp msg=audit(…) that can be read; kept as a record of its type,"
                + " SYSCALL, of now");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type= msg=audit(1.000:2): a",
        "said type=SYSCALL msg=audit(1.000:2): a",
        "node=a b=c type=SYSCALL msg=audit(1.000:2): a",
      })
  void aStampInThePlaceOfAnotherIsReportedAndTheLineKeptWhole(String line) {
    feed("first\n" + line + "\nlast\n");
    assertThat(sink.texts()).containsExactly("first", line, "last");
    assertThat(sink.records().get(1).type()).isEqualTo(RecordType.TRUSTED_APP);
    assertThat(sink.problems())
        .containsExactly(
            "line 2: has an audit stamp where none can be; the line became the text of a record of"
                + " type TRUSTED_APP");
  }

  @Test
  void messagesWithCountedBytesAreRecordsOfTheirOwn() {
    String message = "<13>Nov 25 20:21:54 h audisp-syslog: type=CWD msg=audit(1.000:%d): x";
    var line = new StringBuilder();
    for (int i = 1; i <= 3; i++) {
      line.append(message.length() - 1).append(' ').append(message.formatted(i));
    }
    feed(line + "\n");
    assertThat(sink.records()).extracting(AuditRecord::serial).containsExactly(1L, 2L, 3L);
    assertThat(sink.notes()).isEqualTo(Map.of("syslog headers removed", 3L));
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void countsThatDoNotFitCutNothing() {
    String line = "4 <13>abcdefg";
    feed(line + "\n");
    assertThat(sink.texts()).containsExactly(line);
  }

  @Test
  void aCarriageReturnOrNulInsideIsReportedAndBecomesASpace() {
    feed("a\rb\0c\r\n" + GOOD + "\0\n");
    assertThat(sink.texts()).containsExactly("a b c", "pid=1 ");
    assertThat(sink.records().get(1).type()).isEqualTo(RecordType.USER_LOGIN);
    assertThat(sink.problems())
        .containsExactly(
            "line 1: has a carriage return or a NUL inside, which became a space",
            "line 2: has a carriage return or a NUL inside, which became a space");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 4096, 16_384, 32_768, 100_000, 1_000_000})
  void nulsThatACrashLeftBeforeALineAreLeftOutAndNoted(int count) {
    String nuls = "\0".repeat(count);
    feed(GOOD + "\n" + nuls + GOOD + "\n" + GOOD + "\n" + nuls);
    assertThat(sink.texts()).containsExactly("pid=1", "pid=1", "pid=1");
    assertThat(sink.records()).allMatch(record -> record.type() == RecordType.USER_LOGIN);
    assertThat(sink.problems()).isEmpty();
    assertThat(sink.notes())
        .isEqualTo(Map.of("runs of NULs before lines, as a crash leaves them, left out", 2L));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        8971, 9000, 9484, 12_288, 13_552, 14_576, 14_577, 14_578, 16_384, 32_767, 32_768, 32_769,
        100_000, 1_000_000
      })
  void aLineThatIsTooLongIsReportedAndSkipped(int length) {
    feed("first\n" + "x".repeat(length) + "\nlast\n");
    assertThat(sink.texts()).containsExactly("first", "last");
    assertThat(sink.problems()).containsExactly("line 2: is " + length + TOO_LONG);
  }

  @Test
  void theLongestLinesAreTaken() {
    String text = "x".repeat(AuditRecord.MAX_LENGTH_BYTES);
    String line = "type=SYSCALL msg=audit(1.000:2): ";
    feed(text + "\n" + line + text + "\r\n" + line + text + "x\n");
    assertThat(sink.texts()).containsExactly(text, text);
    assertThat(sink.problems()).hasSize(1).first().asString().startsWith("line 3: is 9004 bytes");
  }

  @Test
  void aLastLineWithoutALineEndIsARecordAndReported() {
    feed("first\nsec");
    assertThat(sink.texts()).containsExactly("first", "sec");
    assertThat(sink.problems())
        .containsExactly("line 2: the input ended in the middle of it; taken as it was");
  }

  @Test
  void aLastLineThatIsTooLongIsReportedOnce() {
    feed("first\n" + "x".repeat(50_000));
    assertThat(sink.texts()).containsExactly("first");
    assertThat(sink.problems()).containsExactly("line 2: is 50000" + TOO_LONG);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void howTheInputIsCutIntoPiecesMakesNoDifference(long seed) {
    var random = new Random(seed);
    var expected = new ArrayList<String>();
    var input = new StringBuilder();
    int tooLong = 0;
    for (int i = 0; i < 3000; i++) {
      int length = random.nextInt(50) == 0 ? 8000 + random.nextInt(3000) : random.nextInt(300);
      String line = "x".repeat(length);
      input.append(line).append(random.nextInt(10) == 0 ? "\r\n" : "\n");
      if (length > AuditRecord.MAX_LENGTH_BYTES) {
        tooLong++;
      } else if (length > 0) {
        expected.add(line);
      }
    }
    feed(input.toString(), room -> 1 + random.nextInt(random.nextBoolean() ? room : 20));
    assertThat(sink.texts()).as("seed %s", seed).isEqualTo(expected);
    assertThat(sink.problems()).as("seed %s", seed).hasSize(tooLong);
  }
}
