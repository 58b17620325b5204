// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.plugin.StubSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the records that are read again the log has already. */
class RedeliveryTest {
  private static final int FIRST_OPEN = 100;

  /** Words as records, those with a dot of the host before it. */
  private static AuditRecord record(String word) {
    int dot = word.indexOf('.');
    AuditRecord record = AuditRecord.of(RecordType.USER_LOGIN, 0, 1, word.substring(dot + 1));
    return dot < 0
        ? record
        : record.withHead("node=" + word.substring(0, dot) + " type=USER_LOGIN");
  }

  private static List<AuditRecord> records(@Nullable String words) {
    return words == null
        ? List.of()
        : Arrays.stream(words.split(" ")).map(RedeliveryTest::record).toList();
  }

  private static Set<Long> delivered(
      @Nullable String committed, @Nullable String open, @Nullable String log) throws Exception {
    var redelivery = new Redelivery();
    records(committed).forEach(redelivery::committed);
    long offset = FIRST_OPEN;
    for (AuditRecord each : records(open)) {
      redelivery.open(each, offset++);
    }
    var lines = new ArrayList<>(records(log)).reversed();
    return redelivery.delivered(
        new StubSink() {
          @Override
          public Stream<AuditRecord> deliveredBefore() {
            return lines.stream();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "a b, c d e, a b c d, 100 101",
    "a b, c d e, a b, ''",
    "a b, c d e, a b c d e, 100 101 102",
    ", c d e, c, 100",
    ", c d e, , ''",
    // a record was left out, by a filter or because it was rejected
    "a, b c d, a b d, 100 102",
    // somebody has moved the log away in between
    "a b, c d e, d, 101",
    // the log has what the topic has not
    "a, b c, a b x, ''",
    // the same to the byte: twice rather than lost
    "a, a b, a, ''",
    "a, a b, a a b, 101",
    "a b, b c, a b b c, 101",
    // two hosts, in one log
    "x.a y.a, x.b y.b x.c y.c, x.a y.a x.b x.c y.b, 100 101 102",
    "x.a, x.b y.b y.c, x.a y.b x.b, 100 101",
  })
  void isWhatTheLogEndsWith(
      @Nullable String committed, String open, @Nullable String log, String offsets)
      throws Exception {
    assertThat(delivered(committed, open, log))
        .containsExactlyInAnyOrderElementsOf(
            offsets.isEmpty()
                ? List.of()
                : Arrays.stream(offsets.split(" ")).map(Long::valueOf).toList());
  }

  @Test
  void nothingIsAskedForIfNothingIsReadAgain() throws Exception {
    assertThat(delivered("a b", null, "a b")).isEmpty();
  }
}
