// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.cli.Main;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Json;
import io.kauditd.fixtures.CommandResult;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real outages. How fast this machine is decides nothing here. */
class OutageCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path dir;

  private static void assumeNetlink() {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "netlink is Linux's");
    assumeTrue(Files.exists(Path.of("/proc/net/netlink")), "there is no netlink here");
  }

  @SuppressWarnings("unchecked") // the document's own form
  private static Map<String, Object> part(Map<String, ?> document, String name) {
    return (Map<String, Object>) Objects.requireNonNull(document.get(name));
  }

  private static long number(Map<String, ?> document, String name) {
    return (long) Objects.requireNonNull(document.get(name));
  }

  @Test
  @SuppressWarnings("unchecked") // the document's own form
  void everyRecordOfARealOutageIsAccountedFor() throws IOException {
    assumeNetlink();
    Path plot = dir.resolve("outage.svg");

    CommandResult result =
        Lab.run(
            "outage",
            "--policy=v5.16,mainline,ordered",
            "--rate=3000",
            "--backlog-limit=512",
            "--before=300ms",
            "--for=2s",
            "--after=1s",
            "--json",
            "--plot=" + plot);

    // A promise about time may be missed on a machine that is busy with other things.
    assertThat(result.code()).as(result.err()).isIn(ExitCode.OK, ExitCode.NOT_ALL);
    var results = (List<Map<String, Object>>) Json.readObject(result.out()).get("results");
    assertThat(results)
        .extracting(each -> each.get("policy"))
        .containsExactly("v5.16", "mainline", "ordered");
    for (Map<String, Object> each : results) {
      assertAccountedFor(each);
    }
    assertThat(part(results.get(1), "promises")).containsEntry("every pass ends", "kept");
    assertThat(part(results.get(2), "promises")).containsEntry("every pass ends", "kept");
    assertThat(number(results.get(2), "outOfOrder")).as("of 'ordered'").isZero();
    assertThat(Files.readString(plot)).contains("<title", "A daemon stopped for 2 s");
  }

  private static void assertAccountedFor(Map<String, Object> result) {
    Map<String, Object> ledger = part(result, "ledger");
    assertThat(ledger).containsEntry("balances", true);
    assertThat(number(result, "read")).isEqualTo(number(ledger, "delivered")).isPositive();
    assertThat(number(ledger, "inMain") + number(ledger, "inRetry") + number(ledger, "inHold"))
        .isZero();
    // Two seconds hold more than socket and queues.
    assertThat(part(ledger, "dropped").values()).anyMatch(count -> (long) count > 0);
    assertThat(result.get("daemonFailure")).isNull();
    assertThat(number(result, "caughtUpAfterNs")).isPositive();
    assertThat(number(result, "wentOnAtNs") - number(result, "stoppedAtNs"))
        .isGreaterThanOrEqualTo(2_000_000_000L);
    for (String phase : List.of("before", "during", "after")) {
      Map<String, Object> delay = part(part(result, "producerDelayNs"), phase);
      Map<String, Object> call = part(part(result, "producerCallNs"), phase);
      assertThat(number(delay, "count")).as(phase).isPositive().isEqualTo(number(call, "count"));
      assertThat(number(delay, "p50")).isLessThanOrEqualTo(number(delay, "p999"));
      assertThat(number(delay, "p999")).isLessThanOrEqualTo(number(delay, "max"));
      assertThat(number(call, "max")).isLessThanOrEqualTo(number(delay, "max"));
    }
    if (!"v5.16".equals(result.get("policy"))) {
      assertThat(part(result, "promises"))
          .containsEntry("every queue stays within its limit", "kept");
    }
    assertThat((List<?>) part(result, "samples").get("atNs")).hasSizeGreaterThan(10);
  }

  @Test
  void aSignalLeavesNoStoppedProcessBehind() throws Exception {
    assumeNetlink();
    try (var tool =
        Program.start(
            Main.class,
            List.of(),
            "outage",
            "--policy=ordered",
            "--rate=100",
            "--before=100ms",
            "--for=60")) {
      long daemon = await().atMost(PATIENCE).until(() -> stoppedChild(tool.pid()), id -> id > 0);

      tool.terminate();

      assertThat(tool.end()).isEqualTo(143);
      await()
          .atMost(PATIENCE)
          .until(() -> ProcessHandle.of(daemon).map(ProcessHandle::isAlive).orElse(false), b -> !b);
    }
  }

  /** The child that is stopped, or 0. */
  private static long stoppedChild(long pid) {
    Optional<ProcessHandle> tool = ProcessHandle.of(pid);
    assumeFalse(tool.isEmpty(), "processes cannot be seen here");
    return tool.get()
        .children()
        .map(ProcessHandle::pid)
        .filter(OutageCommandTest::isStopped)
        .findFirst()
        .orElse(0L);
  }

  private static boolean isStopped(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')')).startsWith(") T");
    } catch (IOException e) {
      return false; // it is gone
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          outage --rate 0                 | --rate: '0' is not valid; it takes a whole number between 1
          outage --for 0                  | --for: '0' is not valid; it takes a duration such as 500ms
          outage --for soon               | --for: 'soon' is not valid; it takes a duration such as
          outage --backlog-limit -2       | --backlog-limit: '-2' is not valid; it takes a whole number
          outage --backlog-wait-time 700s | --backlog-wait-time: '700s' is not valid; it takes a duration
          outage --policy strict          | --policy: there is no policy 'strict'; there is mainline
          outage --plot outage.pdf        | --plot: 'outage.pdf' is not valid; it takes a file that ends
          """)
  void saysWhatIsWrong(String command, String complaint) {
    CommandResult result = Lab.run(command.split(" +", -1));

    assertThat(result.code()).isEqualTo(ExitCode.USAGE);
    assertThat(result.complaint()).startsWith("audit outage: " + complaint).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }
}
