// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.RecordsInDoubt;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/**
 * A broker that acknowledges some records within the send timeout is slow, and has not stalled. A
 * producer of Kafka's own acknowledges what the test says, when it says so.
 */
class SlowBrokerTest {
  private static final Duration TIMEOUT = Duration.ofMillis(200);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final KafkaFailure.Place place = new KafkaFailure.Place("topic", "127.0.0.1:1", "me");
  private final PlainLink link =
      new PlainLink(
          producer,
          new RecordEncoder("topic", ValueFormat.LINE, "me", "node"),
          place,
          TIMEOUT,
          new Stall(
              new Helper(),
              new TopicCheck(new ClientSettings(place.bootstrap(), Map.of()), place),
              null,
              place),
          RecordsInDoubt.none());

  private static List<AuditRecord> records(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> AuditRecord.of(RecordType.USER_LOGIN, 0, i, "seq=" + i).withNumber(i))
        .toList();
  }

  /** Sends, and acknowledges so many when the producer has been handed a number in all. */
  private SendResult send(List<AuditRecord> records, int handedOver, int acknowledged)
      throws Exception {
    var result = CompletableFuture.supplyAsync(() -> link.send(ListBatch.of(records)));
    Await.until(() -> producer.history().size(), size -> size == handedOver);
    for (int i = 0; i < acknowledged; i++) {
      producer.completeNext();
    }
    return result.get();
  }

  @Test
  void whatIsAcknowledgedInTimeIsDeliveredAndTheRestStaysUnderWay() throws Exception {
    assertThat(send(records(1, 10), 10, 4)).isEqualTo(SendResult.sent(4));
    assertThat(send(records(5, 12), 12, 3)).isEqualTo(SendResult.sent(3));
    // the engine may offer fewer than are under way
    assertThat(send(records(8, 9), 12, 1)).isEqualTo(SendResult.sent(1));
    assertThat(send(records(9, 13), 13, 5)).isEqualTo(SendResult.sent(5));
  }

  @Test
  void nothingAcknowledgedIsAStall() throws Exception {
    SendResult result = send(records(1, 3), 3, 0);

    assertThat(result.taken()).isZero();
    assertThat(result.error()).isNotNull();
    assertThat(send(records(1, 3), 3, 3))
        .as("and nothing is sent twice")
        .isEqualTo(SendResult.sent(3));
  }

  /** However large its records are, the client's buffer has room for what is under way. */
  @Test
  void largeRecordsAreUnderWayInSmallerNumbers() throws Exception {
    String text = "x".repeat(8_000);
    List<AuditRecord> large =
        IntStream.rangeClosed(1, 2_000)
            .mapToObj(i -> AuditRecord.of(RecordType.USER_LOGIN, 0, i, text).withNumber(i))
            .toList();
    int most = (int) (Link.MAX_BYTES / 8_000) + 1;
    var result = CompletableFuture.supplyAsync(() -> link.send(ListBatch.of(large)));
    Await.until(() -> producer.history().size(), size -> size > most / 2);
    SendResult stalled = result.get();

    assertThat(stalled.error()).isNotNull().isNotEqualTo(SendError.REJECTED);
    assertThat(producer.history()).hasSizeBetween(most / 2, most);
  }
}
