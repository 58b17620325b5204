// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A full batch is not waited for to its end: what is under way is offered again, and sent once. */
class UnderWayTest {
  private static final int FULL = Link.MAX_RECORDS;
  private static final int COUNT = 20_000;

  private final Broker broker = Broker.shared();
  private final String topic = broker.newTopic();

  private KafkaTransport transport() {
    return KafkaTransport.builder(broker.bootstrap(), topic)
        .sendTimeout(Duration.ofSeconds(30))
        .build();
  }

  private static List<AuditRecord> records(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> AuditRecord.of(RecordType.USER_LOGIN, 0, i, "seq=" + i).withNumber(i))
        .toList();
  }

  private List<String> texts() {
    return broker.read(topic).stream()
        .map(each -> new String(each.value(), UTF_8))
        .map(line -> line.substring(line.indexOf("seq=")))
        .toList();
  }

  private static List<String> texts(int from, int to) {
    return records(from, to).stream().map(AuditRecord::text).toList();
  }

  @Test
  void whatIsOfferedAgainIsSentOnceAndInOrder() throws Exception {
    try (var transport = transport()) {
      var driver = new Driver(transport);
      driver.connect();
      for (int taken = 0; taken < COUNT; ) {
        SendResult result = driver.send(records(taken + 1, Math.min(taken + FULL, COUNT)));
        assertThat(result.error()).as(result.toString()).isNull();
        taken += result.taken();
      }
    }
    assertThat(texts()).containsExactlyElementsOf(texts(1, COUNT));
  }

  @Test
  void anotherRecordMayBeOfferedBeforeWhatIsUnderWay() throws Exception {
    try (var transport = transport()) {
      var driver = new Driver(transport);
      driver.connect();
      for (int round = 0; round < 10; round++) {
        int first = round * 10_000 + 1;
        int last = first + FULL - 1;
        int taken = driver.send(records(first, last)).taken();
        var next = new ArrayList<>(records(last + 1, last + 1));
        next.addAll(records(first + taken, last));
        assertThat(driver.sendUntilAnswered(next).taken()).isEqualTo(next.size());
      }
    }
    assertThat(texts()).doesNotHaveDuplicates().hasSize(10 * (FULL + 1));
  }
}
