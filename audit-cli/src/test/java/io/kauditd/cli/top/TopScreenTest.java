// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.cli.ReadmeTest;
import io.kauditd.cli.command.Json;
import io.kauditd.transport.netlink.KernelStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code audit top} draws, from documents that a run has written. */
class TopScreenTest {
  private static final LocalTime TIME = LocalTime.of(15, 4, 5);
  private static final String HELP = "q quits; every 1s";
  private static final Pattern QUEUE =
      Pattern.compile(
          "(?<queue>main |retry|hold ) \\[(?<full>█*)(?<shaded>░*) *] +(?<records>[0-9,.k]+)"
              + " of +(?<limit>[0-9,.k]+), high +(?<high>[0-9,.k]+)");

  /** A document of an outage: the daemon is gone, the hold queue fills, errors have come. */
  private static String document(long elapsedMs, long logged, long inMain, String error) {
    long holdOverflow = logged - 1_000_000 - inMain - 8192 - 20_000 - 3;
    return """
    {"pid":4711,"elapsedMs":%d,"source":"file:in.log","policy":"mainline","transport":"netlink:peer",
     "settings":{"backlogLimit":8192},"connected":false,"daemon":0,"lost":%d,"backlogWaitTimeActualMs":1500,
     "ledger":{"logged":%d,"delivered":1000000,"inMain":%d,"inRetry":0,"inHold":8192,
       "dropped":{"backlogLimit":0,"holdOverflow":%d,"retryOverflow":20000,"notHeld":3}},
     "highWater":{"main":4096,"retry":8192,"hold":8192},
     "counters":{"passes":12345,"sendAttempts":1000050,"failedSends":50,"printed":77,"resets":2},
     "lastError":"%s","problems":{"count":0}}
    """
        .formatted(elapsedMs, holdOverflow + 20_000, logged, inMain, holdOverflow, error);
  }

  private static TopHistory.View outage(String error) {
    var history = new TopHistory();
    history.add(
        TopInstance.of(Json.readObject(document(60_000, 1_100_000, 0, "EAGAIN: full"))), 0, TIME);
    return history.add(
        TopInstance.of(Json.readObject(document(61_000, 1_109_500, 2048, error))),
        1_000_000_000,
        TIME.plusSeconds(1));
  }

  private static TopHistory.View outage() {
    return outage("ECONNREFUSED: no process has this port");
  }

  private static List<String> draw(int columns, int rows) {
    List<AttributedString> lines = TopScreen.fit(outage(), columns, rows, true, HELP);
    assertThat(lines).hasSizeLessThanOrEqualTo(rows);
    assertThat(lines)
        .allSatisfy(line -> assertThat(line.columnLength()).isLessThanOrEqualTo(columns));
    return lines.stream().map(AttributedString::toString).toList();
  }

  @ParameterizedTest
  @CsvSource({"620, 0 s", "3464, 3 s", "61999, 1 min 1 s", "11220000, 3 h 7 min"})
  void showsHowLongTheInstanceRunsInWholeSeconds(long elapsedMs, String words) {
    String document = document(elapsedMs, 1, 1, "EAGAIN: full");
    TopHistory.View view = new TopHistory().add(TopInstance.of(Json.readObject(document)), 0, TIME);

    assertThat(TopScreen.page(view, true).getFirst())
        .startsWith("audit top: pid 4711, up " + words + "  ");
  }

  @Test
  void showsWhatWasSentAgain() {
    String document =
        document(61_000, 1_109_500, 2048, "EAGAIN: full")
            .replace("\"inMain\"", "\"sentAgain\":1095,\"inMain\"");
    TopHistory.View view = new TopHistory().add(TopInstance.of(Json.readObject(document)), 0, TIME);

    assertThat(TopScreen.page(view, true))
        .contains("sent again 1,095 records, whose acknowledgement was lost");
  }

  @ParameterizedTest
  @CsvSource({"80, 24", "40, 10", "200, 50", "60, 15"})
  void showsQueuesTotalsAndConnectionAtEverySize(int columns, int rows) {
    List<String> lines = draw(columns, rows);

    assertThat(lines.getFirst()).startsWith("audit top: pid 4711, up 1 min 1 s");
    assertThat(lines).anyMatch(line -> line.matches(" +rate +records"));
    assertThat(lines).anyMatch(line -> line.matches("logged +9,500/s +1,109,500"));
    assertThat(lines).anyMatch(line -> line.matches("delivered +0/s +1,000,000"));
    assertThat(lines).anyMatch(line -> line.matches("lost +7,452/s +99,257"));
    assertThat(lines).anyMatch(line -> line.matches("daemon +none, given up 2 times"));
    assertThat(lines).anyMatch(line -> line.startsWith("last error 15:04:06 ECONNREFUSED: "));
    List<Matcher> queues = queues(lines);
    assertThat(queues).hasSize(3);
    assertThat(queues.get(0).group("records")).isEqualTo("2,048");
    assertThat(queues.get(0).group("high")).isEqualTo("4,096");
    assertThat(queues.get(1).group("records")).isEqualTo("0");
    assertThat(queues)
        .allSatisfy(queue -> assertThat(queue.group("limit")).isEqualTo("8,192"))
        .allSatisfy(
            queue -> assertThat(queue.group()).as("as wide as the screen").hasSize(columns));
  }

  private static List<Matcher> queues(List<String> lines) {
    var queues = new ArrayList<Matcher>();
    for (String line : lines) {
      Matcher queue = QUEUE.matcher(line);
      if (queue.matches()) {
        queues.add(queue);
      }
    }
    return queues;
  }

  @ParameterizedTest
  @CsvSource({"80, 24", "40, 10", "200, 50"})
  void aBarIsAsLongAsItsQueueIsFull(int columns, int rows) {
    for (Matcher queue : queues(draw(columns, rows))) {
      int width = queue.group().indexOf(']') - queue.group().indexOf('[') - 1;
      double full = queue.group("full").length() / (double) width;
      double high = (queue.group("full") + queue.group("shaded")).length() / (double) width;
      assertThat(full).isCloseTo(number(queue, "records") / 8192, within(1.0 / width));
      assertThat(high).isCloseTo(number(queue, "high") / 8192, within(1.0 / width));
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  private static double number(Matcher queue, String group) {
    return Double.parseDouble(queue.group(group).replace(",", ""));
  }

  @Test
  void columnsStandBelowEachOther() {
    List<String> lines = draw(80, 24);
    List<String> table =
        lines.stream().filter(line -> line.matches("( +rate|.*/s) +[a-z0-9,]+$")).toList();

    assertThat(table).hasSize(7);
    assertThat(table).allSatisfy(line -> assertThat(line).hasSize(40));
    assertThat(lines)
        .filteredOn(line -> line.contains("["))
        .allSatisfy(line -> assertThat(line.indexOf('[')).isEqualTo(6));
  }

  @Test
  void namesTheReasonsOfWhatWasLost() {
    List<String> lines = draw(80, 24);

    assertThat(lines).anyMatch(line -> line.matches("  hold overflow +7,452/s +79,257"));
    assertThat(lines).anyMatch(line -> line.matches("  retry overflow +0/s +20,000"));
    assertThat(lines).anyMatch(line -> line.matches("  not held +0/s +3"));
    assertThat(lines).noneMatch(line -> line.contains("backlog limit"));
  }

  @Test
  void keepsTheErrorsThatItHasSeen() {
    assertThat(draw(80, 24))
        .containsSequence(
            "last error 15:04:06 ECONNREFUSED: no process has this port",
            "           earlier EAGAIN: full");
  }

  /** A transport's words are data: a terminal must not obey them. */
  @Test
  void controlCharactersAreShownAndNotObeyed() {
    assertThat(TopScreen.page(outage("EIO: \\u001b[2Jgone"), true))
        .contains("last error 15:04:06 EIO: \\x1b[2Jgone");
  }

  /** What matters least goes first. */
  @Test
  void leavesOutWhatThereIsNoRoomFor() {
    assertThat(draw(80, 24)).contains("file:in.log -> mainline -> netlink:peer", HELP, "");
    assertThat(draw(80, 17)).contains("file:in.log -> mainline -> netlink:peer", HELP);
    assertThat(draw(80, 17)).doesNotContain("").noneMatch(line -> line.startsWith("printed"));
    assertThat(draw(40, 10)).hasSize(10).doesNotContain(HELP);
    assertThat(draw(40, 1)).hasSize(1);
    assertThat(draw(1, 1)).containsExactly("a");
  }

  @Test
  void saysWhyThePictureIsOld() {
    var history = new TopHistory();
    history.add(TopInstance.of(Json.readObject(document(1, 1_200_000, 0, "x"))), 0, TIME);
    TopHistory.View view = history.trouble("process 4711 does not answer", TIME);

    assertThat(TopScreen.fit(view, 40, 10, true, HELP).stream().map(AttributedString::toString))
        .contains("process 4711 does not answer")
        .anyMatch(line -> line.startsWith("hold  ["));
  }

  @Test
  void hasNoRatesBeforeTheSecondLook() {
    var history = new TopHistory();
    TopHistory.View view =
        history.add(TopInstance.of(Json.readObject(document(1, 1_200_000, 0, "x"))), 0, TIME);

    assertThat(TopScreen.page(view, true)).anyMatch(line -> line.matches("logged +- +1,200,000"));
  }

  @Test
  void roundsWhatDoesNotFit() {
    var history = new TopHistory();
    history.add(TopInstance.of(Json.readObject(document(1, 123_456_789_012L, 0, "x"))), 0, TIME);
    TopHistory.View view =
        history.add(
            TopInstance.of(Json.readObject(document(1, 123_466_789_012L, 123_456, "x"))),
            1_000_000_000,
            TIME);
    List<String> lines = TopScreen.page(view, true);

    assertThat(lines).anyMatch(line -> line.matches("logged +10.0M/s +123G"));
    assertThat(TopScreen.fit(view, 40, 10, true, HELP).stream().map(AttributedString::toString))
        .anyMatch(line -> line.matches("main  \\[█+] +123k of +8,192, high +4,096"));
  }

  @Test
  void showsWhatTheKernelTells() {
    var history = new TopHistory();
    history.add(TopKernel.of(kernel(60, 10)), 0, TIME);
    TopHistory.View view = history.add(TopKernel.of(kernel(12, 15)), 500_000_000, TIME);
    List<String> lines = TopScreen.page(view, false);

    assertThat(lines)
        .contains("failure mode printk", "daemon     none", "rate limit none")
        .contains("waited     2,500 jiffies, by all producers");
    assertThat(lines.getFirst()).startsWith("audit top: the kernel, audit on ");
    // The kernel has no high-water mark: this is the most that was seen.
    assertThat(lines).anyMatch(line -> line.matches("backlog \\[#+-+ +] 12 of 64, high 60"));
    assertThat(lines).anyMatch(line -> line.matches("lost +10/s +15"));
  }

  /** Somebody has reset the kernel's count: that is no rate below 0. */
  @Test
  void aCountThatBeginsAnewIsNoRate() {
    var history = new TopHistory();
    history.add(TopKernel.of(kernel(0, 1000)), 0, TIME);

    assertThat(history.add(TopKernel.of(kernel(0, 0)), 1_000_000_000, TIME).rates())
        .isEqualTo(Map.of("lost", 0.0));
  }

  private static KernelStatus kernel(long backlog, long lost) {
    return new KernelStatus(1, 1, 0, 0, 64, lost, backlog, 0, 1500, 2500);
  }

  @Test
  void theDocumentationShowsTheScreenAsItIs() throws Exception {
    String docs = Files.readString(ReadmeTest.ROOT.resolve(Path.of("docs", "reference", "cli.md")));

    assertThat(docs)
        .contains("```\n" + String.join("\n", TopScreen.page(outage(), true)) + "\n```\n");
  }
}
