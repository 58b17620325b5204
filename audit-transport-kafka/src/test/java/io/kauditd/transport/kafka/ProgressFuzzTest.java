// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.TextMutator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever stands beside the offset that a transaction writes: the next run begins, and skips what
 * fits or nothing.
 */
class ProgressFuzzTest {
  private static final String[] PIECES = {
    "kauditd1",
    "kauditd2",
    " ",
    ":",
    " 1:*",
    "0",
    "1",
    "9999999999999999999",
    "9223372036854775808",
    "ffffffff",
    "fffffffff",
    "-1",
    "\0",
    "\u00FF"
  };

  @Test
  @Tag(Deep.TAG)
  void aProgressThatSomebodyElseWroteSkipsNothing() {
    AuditRecord first = AuditRecord.of(1112, 0, 1, "the first").withNumber(1);
    List<Pending> batch = List.of(new Pending(first, 0, new Waiter()));
    var before = new Progress("audit", "web1");
    before.opened(null);
    String sound = Objects.requireNonNull(before.after(batch)).metadata();
    String start =
        sound.substring(sound.indexOf(' ')).replace(" ", "\\s0*").replace(":", ":0*")
            + "|\\s0*1:\\*";
    var mutator = new TextMutator(List.of(sound), PIECES);
    int skipped = 0;
    try (DeepSearch inputs =
        Deep.search("fuzzed progress of a Kafka topic", 4_000, 10_000_000, 100_000_000)) {
      for (long seed = inputs.seed(); inputs.goesOn(); seed++) {
        String text = mutator.next(new Random(seed));
        boolean isSkipped;
        try {
          var next = new Progress("audit", "web1");
          next.opened(new OffsetAndMetadata(1, text));
          isSkipped = next.has(first);
        } catch (RuntimeException e) {
          throw new AssertionError("seed " + seed + ": " + e + ": " + text, e);
        }
        if (isSkipped) {
          skipped++;
          assertThat(text).as("seed %d", seed).containsPattern(start);
        }
        inputs.tried(1);
      }
    }
    assertThat(skipped).isPositive();
  }
}
