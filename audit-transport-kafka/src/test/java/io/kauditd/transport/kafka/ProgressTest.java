// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the next run skips of what a run has committed. */
class ProgressTest {
  private static AuditRecord record(long number) {
    return AuditRecord.of(1112, 0, 1, "record " + number).withNumber(number);
  }

  private static List<Pending> batch(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(number -> new Pending(record(number), 0, new Waiter()))
        .toList();
  }

  private static Progress opened(@Nullable OffsetAndMetadata written) {
    var progress = new Progress("audit", "web1");
    progress.opened(written);
    return progress;
  }

  /** A run that has committed these batches; what the last one wrote. */
  private static OffsetAndMetadata after(long... ends) {
    var progress = new Progress("audit", "web1");
    progress.opened(null);
    OffsetAndMetadata written = null;
    long from = 1;
    for (long end : ends) {
      written = progress.after(batch(from, end));
      progress.committed(batch(from, end));
      from = end + 1;
    }
    return Objects.requireNonNull(written);
  }

  @Test
  void theNumberIsTheOffset() {
    assertThat(after(10, 25).offset()).isEqualTo(25);
  }

  @Test
  void aQueueThatOffersTheLastBatchAgainHasItSkipped() {
    Progress next = opened(after(10, 25));

    for (long number = 11; number <= 25; number++) {
      assertThat(next.has(record(number))).as("number " + number).isTrue();
    }
    assertThat(next.has(record(26))).isFalse();
  }

  @Test
  void soAreSeveralBatchesWhoseAcknowledgementsWereForgotten() {
    Progress next = opened(after(10, 25, 26, 70));

    assertThat(LongStream.rangeClosed(1, 71).filter(n -> next.has(record(n))).count())
        .isEqualTo(70);
  }

  @Test
  void aQueueThatGoesOnBehindItLosesNothing() {
    Progress next = opened(after(10, 25));

    assertThat(next.has(record(26))).isFalse();
    assertThat(next.has(record(27))).isFalse();
  }

  @Test
  void anotherQueueWithTheSameNumbersIsNotSkipped() {
    Progress next = opened(after(10, 25));

    for (long number = 1; number <= 30; number++) {
      var other = AuditRecord.of(1112, 0, 1, "other " + number).withNumber(number);
      assertThat(next.has(other)).as("number " + number).isFalse();
    }
  }

  @Test
  void norIsAQueueThatGoesOnWhereNoBatchBegan() {
    Progress next = opened(after(10, 25));

    assertThat(next.has(record(12))).isFalse();
    assertThat(next.has(record(13))).isFalse();
  }

  @Test
  void whatIsWrittenFitsBesideAnOffset() {
    long[] ends = LongStream.rangeClosed(1, 500).map(i -> Long.MAX_VALUE - 1_000 + i).toArray();

    assertThat(opened(null).after(batch(5, 5))).isNotNull();
    var progress = opened(null);
    OffsetAndMetadata written = null;
    for (long end : ends) {
      written = progress.after(batch(end, end));
      progress.committed(batch(end, end));
    }
    assertThat(Objects.requireNonNull(written).metadata().length()).isLessThan(4_096);
    assertThat(opened(written).has(record(ends[ends.length - 1]))).isTrue();
  }

  @Test
  void recordsWithoutANumberAreNeverSkippedAndWriteNothing() {
    Progress next = opened(after(10));
    var plain = AuditRecord.of(1112, 0, 1, "record 1");

    assertThat(next.has(plain)).isFalse();
    assertThat(next.after(List.of(new Pending(plain, 0, new Waiter())))).isNull();
  }

  @Test
  void whatSomebodyElseWroteBesideTheOffsetSkipsNothing() {
    Progress next = opened(new OffsetAndMetadata(25, "by hand"));

    assertThat(next.has(record(25))).isFalse();
  }
}
