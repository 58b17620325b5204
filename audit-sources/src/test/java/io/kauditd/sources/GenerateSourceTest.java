// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.testkit.CollectingSink;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class GenerateSourceTest {
  private final CollectingSink sink = new CollectingSink();

  @Test
  void makesAsManyAsAskedForInOrder() {
    new GenerateSource(1000, 0, 100, 1300).run(sink);
    assertThat(sink.records())
        .hasSize(1000)
        .allMatch(record -> record.type() == 1300 && record.textBytes().length == 100);
    assertThat(sink.records()).extracting(AuditRecord::serial).isSorted();
    assertThat(sink.texts())
        .extracting(text -> text.split(" ", -1)[1])
        .isEqualTo(LongStream.rangeClosed(1, 1000).mapToObj(i -> "seq=" + i).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "1, op=generate seq=1 pad=wxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl",
    "10, op=generate seq=10 pad=xyzabcdefghijklmnopqrstuvwxyzabcdefghijkl",
    "9223372036854775807, op=generate seq=9223372036854775807 pad=opqrstuvwxyzabcdefghijkl"
  })
  void theTextDependsOnNothingButSequenceAndSize(long sequence, String text) {
    assertThat(new String(GenerateSource.text(sequence, 64), US_ASCII)).isEqualTo(text);
  }

  @Test
  void theLongestRecordIsMade() {
    new GenerateSource(1, 0, AuditRecord.MAX_LENGTH_BYTES, 1121).run(sink);
    assertThat(sink.records().getFirst().textBytes()).hasSize(AuditRecord.MAX_LENGTH_BYTES);
  }

  @Test
  void aRateIsNotExceeded() {
    long start = System.nanoTime();
    new GenerateSource(51, 500, 64, 1121).run(sink);
    long tookMs = (System.nanoTime() - start) / 1_000_000;
    assertThat(sink.records()).hasSize(51);
    assertThat(tookMs).isGreaterThanOrEqualTo(100); // the 51st is due then
  }

  @Test
  void withoutACountItGoesOnUntilItIsClosed() throws Exception {
    var running = Running.start(new GenerateSource(0, 0, 64, 1121), sink);
    sink.await(1000);
    running.end();
  }

  @Test
  void closingEndsALongWait() throws Exception {
    var running = Running.start(new GenerateSource(0, 1, 64, 1121), sink);
    sink.await(1);
    running.awaitBlocked("await");
    running.end();
    assertThat(sink.records()).hasSizeLessThan(3);
  }
}
