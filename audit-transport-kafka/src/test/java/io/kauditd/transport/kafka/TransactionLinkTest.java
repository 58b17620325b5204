// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What must not be sent twice with {@code exactly-once}: a record that comes twice, because two
 * queues had it after a kill, and the records of a commit that is late, or that a kill has kept
 * from being told of. Then the engine may offer fewer records, since it has something else to do
 * first, or others, since it has dropped some. A producer of Kafka's own is as late as the test
 * says.
 */
class TransactionLinkTest {
  private static final Duration TIMEOUT = Duration.ofMillis(200);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final KafkaFailure.Place place = new KafkaFailure.Place("topic", "127.0.0.1:1", "me");
  private TransactionLink link = link(new Progress("topic", "me"));

  private TransactionLink link(Progress progress) {
    return new TransactionLink(
        producer,
        new RecordEncoder("topic", ValueFormat.LINE, "me", "node"),
        place,
        TIMEOUT,
        new Stall(
            new Helper(),
            new TopicCheck(new ClientSettings(place.bootstrap(), Map.of()), place),
            null,
            place),
        progress,
        "id");
  }

  /** The program was killed, and the next one finds what its transactions have written. */
  private void startAgain() {
    var progress = new Progress("topic", "me");
    Map<TopicPartition, OffsetAndMetadata> written =
        Objects.requireNonNull(producer.consumerGroupOffsetsHistory().getLast().get("id"));
    progress.opened(written.get(Progress.partition("topic")));
    link = link(progress);
  }

  private static List<AuditRecord> records(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> AuditRecord.of(RecordType.USER_LOGIN, 0, i, "seq=" + i).withNumber(i))
        .toList();
  }

  private SendResult send(int from, int to) {
    return link.send(ListBatch.of(records(from, to)));
  }

  @BeforeEach
  void init() {
    producer.initTransactions();
  }

  private void commitTenRecordsLate() {
    producer.commitTransactionException = new TimeoutException("late");
    SendResult late = send(1, 10);
    assertThat(late.taken()).isZero();
    assertThat(late.error()).isNotNull();
    producer.commitTransactionException = null;
  }

  private void assertThatEachIsThereOnceAndInOrder(int count) {
    assertThat(producer.history().stream().map(each -> new String(each.value(), UTF_8)))
        .map(line -> line.substring(line.indexOf("seq=")))
        .isEqualTo(records(1, count).stream().map(AuditRecord::text).toList());
  }

  @Test
  void aRecordThatTwoQueuesHaveIsSentOnce() {
    var twice = new ArrayList<>(records(1, 3));
    twice.addAll(records(1, 5));

    assertThat(link.send(ListBatch.of(twice))).isEqualTo(SendResult.sent(3));
    assertThat(send(1, 5)).isEqualTo(SendResult.sent(5));

    assertThatEachIsThereOnceAndInOrder(5);
  }

  @Test
  void fewerRecordsAreOfferedAfterALateCommit() {
    commitTenRecordsLate();
    assertThat(send(1, 3)).isEqualTo(SendResult.sent(3));
    assertThat(send(4, 12)).isEqualTo(SendResult.sent(9));

    assertThatEachIsThereOnceAndInOrder(12);
  }

  @Test
  void moreRecordsAreOfferedAfterALateCommit() {
    commitTenRecordsLate();
    assertThat(send(1, 12)).isEqualTo(SendResult.sent(10));
    assertThat(send(11, 12)).isEqualTo(SendResult.sent(2));

    assertThatEachIsThereOnceAndInOrder(12);
  }

  @Test
  void otherRecordsAreOfferedAfterALateCommit() {
    commitTenRecordsLate();
    assertThat(send(5, 12)).isEqualTo(SendResult.sent(8));

    assertThatEachIsThereOnceAndInOrder(12);
  }

  @Test
  void aSecondKillBehindAShortBatchMattersNot() {
    assertThat(send(1, 10)).isEqualTo(SendResult.sent(10));
    startAgain(); // and what was sent is offered again, by and by
    assertThat(send(1, 3)).isEqualTo(SendResult.sent(3));
    startAgain();
    assertThat(send(4, 4)).isEqualTo(SendResult.sent(1));
    startAgain(); // before the queue has forgotten it
    assertThat(send(4, 4)).isEqualTo(SendResult.sent(1));
    startAgain();
    assertThat(send(5, 12)).isEqualTo(SendResult.sent(8));

    assertThatEachIsThereOnceAndInOrder(12);
  }

  @Test
  void norDoesAKillBehindALateCommitOfWhichLessIsOffered() {
    commitTenRecordsLate();
    assertThat(send(1, 3)).isEqualTo(SendResult.sent(3));
    startAgain();
    assertThat(send(4, 12)).isEqualTo(SendResult.sent(9));

    assertThatEachIsThereOnceAndInOrder(12);
  }

  @Test
  void whatIsTakenUpIsNotSettledBeforeThatIsWritten() {
    assertThat(send(1, 10)).isEqualTo(SendResult.sent(10));
    startAgain();
    producer.commitTransactionException = new TimeoutException("late");
    assertThat(send(1, 3).taken()).isZero();
    producer.commitTransactionException = null;

    assertThat(send(1, 2)).isEqualTo(SendResult.sent(2));
    startAgain();
    assertThat(send(3, 12)).isEqualTo(SendResult.sent(10));

    assertThatEachIsThereOnceAndInOrder(12);
  }

  @Test
  void recordsThatWereNotOfferedBeforeGoOnBehindALateNote() {
    assertThat(send(1, 10)).isEqualTo(SendResult.sent(10));
    startAgain();
    producer.commitTransactionException = new TimeoutException("late");
    assertThat(send(1, 3).taken()).isZero();
    producer.commitTransactionException = null;

    assertThat(send(1, 12)).isEqualTo(SendResult.sent(12));

    assertThatEachIsThereOnceAndInOrder(12);
  }
}
