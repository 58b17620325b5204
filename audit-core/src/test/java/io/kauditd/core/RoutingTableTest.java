// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;
import io.kauditd.spi.SendError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * The table "Where a record goes" of docs/concepts/semantics.md: each cell is what its policy
 * answers.
 */
class RoutingTableTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "concepts", "semantics.md");
  private static final AuditRecord RECORD = AuditRecord.of(1300, 1L, 1L, "a0=1");

  private static final List<SendError> ERRORS =
      Arrays.stream(SendError.values()).filter(error -> error != SendError.REJECTED).toList();

  private static ErrorPolicy policy(String id) {
    if (id.equals(OrderedPolicy.ID)) {
      return new OrderedPolicy();
    }
    return Arrays.stream(KernelPolicy.values())
        .filter(policy -> policy.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the table has a policy '" + id + "'"));
  }

  @Test
  void eachCellIsWhatItsPolicyAnswers() throws IOException {
    List<List<String>> table = table();
    List<String> ids = table.get(0).subList(2, table.get(0).size());
    assertThat(ids).containsExactly("mainline", "rfc", "v5.16", "ordered");

    for (List<String> row : table.subList(1, table.size())) {
      for (int i = 0; i < ids.size(); i++) {
        String id = ids.get(i);
        String cell = row.get(i + 2);
        for (FailedSend failure : failures(row.get(0), row.get(1))) {
          assertThat(answer(policy(id), failure)).as("%s, %s", id, failure).isEqualTo(cell);
        }
      }
    }
  }

  /** What can happen to a record stands in the table once. */
  @Test
  void theTableLeavesNothingOut() throws IOException {
    var asked = new ArrayList<FailedSend>();
    for (List<String> row : table().subList(1, table().size())) {
      asked.addAll(failures(row.get(0), row.get(1)));
    }
    var possible = new ArrayList<FailedSend>();
    for (QueueRole queue : QueueRole.values()) {
      ERRORS.forEach(error -> possible.add(givenUp(queue, error)));
      possible.add(FailedSend.untried(queue, true));
      possible.add(FailedSend.untried(queue, false));
    }
    assertThat(asked).containsExactlyInAnyOrderElementsOf(possible);
  }

  /** The failures that a row speaks of, when no attempt is left. */
  private static List<FailedSend> failures(String from, String error) {
    var failures = new ArrayList<FailedSend>();
    switch (from + " | " + error) {
      case "hold | any" -> {
        ERRORS.forEach(each -> failures.add(givenUp(QueueRole.HOLD, each)));
        failures.add(FailedSend.untried(QueueRole.HOLD, true));
        failures.add(FailedSend.untried(QueueRole.HOLD, false));
      }
      case "retry | EAGAIN" -> failures.add(givenUp(QueueRole.RETRY, SendError.EAGAIN));
      case "retry | other, or not tried" -> {
        ERRORS.stream()
            .filter(each -> each != SendError.EAGAIN)
            .forEach(each -> failures.add(givenUp(QueueRole.RETRY, each)));
        failures.add(FailedSend.untried(QueueRole.RETRY, true));
      }
      case "retry | the daemon has gone" ->
          failures.add(FailedSend.untried(QueueRole.RETRY, false));
      case "main, connected | any" -> {
        ERRORS.forEach(each -> failures.add(givenUp(QueueRole.MAIN, each)));
        failures.add(FailedSend.untried(QueueRole.MAIN, true));
      }
      case "main, no daemon | –" -> failures.add(FailedSend.untried(QueueRole.MAIN, false));
      default -> throw new AssertionError("the table has a row '" + from + " | " + error + "'");
    }
    return failures;
  }

  private static FailedSend givenUp(QueueRole queue, SendError error) {
    return FailedSend.after(queue, error, KernelPolicy.UNICAST_RETRIES);
  }

  private static String answer(ErrorPolicy policy, FailedSend failure) {
    String alone = words(policy, failure, policy.route(RECORD, failure, waiting(0)));
    String behind = words(policy, failure, policy.route(RECORD, failure, waiting(1)));
    return alone.equals(behind) ? alone : alone + "; behind a retry queue that waits: " + behind;
  }

  private static QueueView waiting(int inRetry) {
    return new QueueView() {
      @Override
      public int size(QueueRole role) {
        return role == QueueRole.RETRY ? inRetry : 0;
      }

      @Override
      public AuditSettings settings() {
        return AuditSettings.DEFAULTS;
      }
    };
  }

  private static String words(ErrorPolicy policy, FailedSend failure, Routing routing) {
    String from = failure.queue().name().toLowerCase(Locale.ROOT);
    return switch (routing.target()) {
      case SEND_AGAIN -> "sent again";
      case RETRY_QUEUE -> printed(routing) + "retry" + whenFull(routing);
      case HOLD_QUEUE ->
          printed(routing)
              + "hold"
              + (routing.whenFull() == Routing.WhenFull.LOSE ? "" : whenFull(routing));
      case REQUEUE_LAST -> "end of " + from;
      case REQUEUE_FIRST -> "head of " + from + (policy.walksOnce() ? "" : ", again and again");
      case KEEP_PLACE -> "keeps its place";
      case DROP -> "dropped";
    };
  }

  private static String printed(Routing routing) {
    return routing.printed() ? "printed, " : "";
  }

  private static String whenFull(Routing routing) {
    if (!routing.bounded()) {
      return ", without limit";
    }
    return switch (routing.whenFull()) {
      case LOSE -> routing.printedOnOverflow() ? "; full: printed, lost" : "; full: lost";
      case KEEP_PLACE -> "; full: keeps its place";
      case EVICT_OLDEST -> "; full: the oldest is lost";
    };
  }

  /** The rows, the first being the heading, with their cells. */
  private static List<List<String>> table() throws IOException {
    String text = Files.readString(DOCUMENT);
    String section = text.substring(text.indexOf("## Where a record goes"));
    return section
        .lines()
        .skip(1)
        .dropWhile(line -> !line.startsWith("|"))
        .takeWhile(line -> line.startsWith("|"))
        .filter(line -> !line.startsWith("| ---"))
        .map(RoutingTableTest::cells)
        .toList();
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.substring(1).split("\\|", -1))
        .map(cell -> cell.strip().replace("`", ""))
        .toList()
        .subList(0, 6);
  }
}
