// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.StubSink;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What somebody takes from a topic, or does to its offsets, while a source reads it. */
class MissingRecordsTest {
  private final Broker broker = Broker.shared();
  private final String topic = broker.newTopic();
  private final TopicPartition partition = new TopicPartition(topic, 0);

  /** A sink that settles each record at once. */
  private static final class Sink extends StubSink {
    private final List<String> notes = new CopyOnWriteArrayList<>();

    @Override
    public boolean accept(AuditRecord record) {
      boolean taken = super.accept(record);
      settle(accepted());
      return taken;
    }

    @Override
    public void note(String what) {
      notes.add(what);
    }
  }

  private final Sink sink = new Sink();

  private static AuditRecord record(int number) {
    return AuditRecord.of(RecordType.USER_LOGIN, 0, number, "record " + number).withNumber(number);
  }

  private void send(int from, int to) throws Exception {
    send(IntStream.rangeClosed(from, to).mapToObj(MissingRecordsTest::record).toList());
  }

  private void send(List<AuditRecord> records) throws Exception {
    try (var transport = KafkaTransport.builder(broker.bootstrap(), topic).instance("me").build()) {
      var driver = new Driver(transport);
      driver.connect();
      assertThat(driver.sendUntilAnswered(records).taken()).isEqualTo(records.size());
    }
  }

  private void sendWithoutNumbers(int from, int to) throws Exception {
    send(IntStream.rangeClosed(from, to).mapToObj(i -> record(i).withNumber(0)).toList());
  }

  private final class Running implements AutoCloseable {
    private final KafkaSource source =
        new KafkaSource(
            new ReadSettings(
                new ClientSettings(broker.bootstrap(), Map.of("metadata.max.age.ms", "1000")),
                topic,
                topic,
                true,
                true));
    private final Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                source.run(sink);
                source.finish();
              } catch (Exception e) {
                sink.problem(e.toString());
              }
            });

    @Override
    public void close() throws Exception {
      source.close();
      thread.join();
    }
  }

  private void awaitRecords(int count) throws Exception {
    Await.until(sink.records()::size, size -> size >= count);
  }

  private static List<String> texts(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(i -> "record " + i).toList();
  }

  @Test
  void numbersThatNeverCameAreReported() throws Exception {
    send(1, 3);
    try (var running = new Running()) {
      awaitRecords(3);
      send(List.of(record(6), record(6), record(7), record(9)));
      send(1, 1); // started again, with queues in memory
      send(2, 2);
      awaitRecords(9);
    }
    assertThat(sink.problems())
        .containsExactly(
            "topic '%s' partition 0 offset 3: numbers 4 to 5 are missing before it, of instance 'me'"
                .formatted(topic),
            "topic '%s' partition 0 offset 6: number 8 is missing before it, of instance 'me'"
                .formatted(topic));
  }

  @Test
  void aGapBetweenTwoRunsIsReportedToo() throws Exception {
    send(1, 3);
    try (var running = new Running()) {
      awaitRecords(3);
    }
    send(5, 6);
    try (var running = new Running()) {
      awaitRecords(5);
    }
    assertThat(sink.problems())
        .containsExactly(
            "topic '%s' partition 0 offset 3: number 4 is missing before it, of instance 'me'"
                .formatted(topic));
  }

  @Test
  void offsetsCannotBeResetWhileASourceReads() throws Exception {
    send(1, 5);
    try (var running = new Running()) {
      awaitRecords(5);
      assertThatThrownBy(() -> setOffset(new OffsetAndMetadata(0)))
          .isInstanceOf(ExecutionException.class);
      send(6, 8);
      awaitRecords(8);
    }
    assertThat(sink.texts()).isEqualTo(texts(1, 8));
    assertThat(sink.problems()).isEmpty();
  }

  private OffsetAndMetadata committed() throws Exception {
    return Objects.requireNonNull(
        broker
            .admin()
            .listConsumerGroupOffsets(topic)
            .partitionsToOffsetAndMetadata()
            .get()
            .get(partition));
  }

  private void setOffset(OffsetAndMetadata offset) throws Exception {
    broker.admin().alterConsumerGroupOffsets(topic, Map.of(partition, offset)).all().get();
  }

  /** Nobody knows here what was delivered; with a file, its records would not come again. */
  @Test
  void offsetsThatWereSetBackAreReadAgain() throws Exception {
    send(1, 3);
    try (var running = new Running()) {
      awaitRecords(3);
    }
    send(4, 9);
    setOffset(new OffsetAndMetadata(0));
    try (var running = new Running()) {
      awaitRecords(12);
    }
    assertThat(sink.texts().subList(3, 12)).isEqualTo(texts(1, 9));
    assertThat(sink.problems()).isEmpty();
    assertThat(sink.notes)
        .containsExactly("partitions read from an offset that somebody else has set");
  }

  private void assertReadFromItsBeginning() {
    assertThat(sink.texts()).isEqualTo(texts(1, 20));
    assertThat(sink.problems())
        .containsExactly(
            "topic '%s' was deleted and made again; it is read from its beginning"
                .formatted(topic));
  }

  @Test
  void aTopicThatIsMadeAgainIsReadFromItsBeginning() throws Exception {
    send(1, 5);
    try (var running = new Running()) {
      awaitRecords(5);
      broker.deleteTopic(topic);
      broker.makeTopicAgain(topic);
      send(6, 20); // more than the old one had, so that the old offset is one of the new topic
      awaitRecords(20);
    }
    assertReadFromItsBeginning();
  }

  /** Other programs write records without numbers, whose gaps tell nothing. */
  @Test
  void soIsOneWhoseRecordsHaveNoNumbers() throws Exception {
    sendWithoutNumbers(1, 5);
    try (var running = new Running()) {
      awaitRecords(5);
      broker.deleteTopic(topic);
      broker.makeTopicAgain(topic);
      sendWithoutNumbers(6, 20);
      awaitRecords(20);
    }
    assertReadFromItsBeginning();
  }

  @Test
  void soIsOneThatIsMadeAgainWhenNobodyReads() throws Exception {
    send(1, 5);
    try (var running = new Running()) {
      awaitRecords(5);
    }
    OffsetAndMetadata before = committed();
    broker.deleteTopic(topic);
    broker.makeTopicAgain(topic);
    send(6, 20);
    setOffset(new OffsetAndMetadata(5, before.metadata())); // as one that has read the old topic
    try (var running = new Running()) {
      awaitRecords(20);
    }
    assertReadFromItsBeginning();
  }

  @Test
  void aTopicThatIsDeletedIsMissedOnceAndReadWhenItIsThereAgain() throws Exception {
    send(1, 5);
    try (var running = new Running()) {
      awaitRecords(5);
      broker.deleteTopic(topic);
      Await.until(sink.problems()::size, size -> size > 0);
      broker.makeTopicAgain(topic);
      send(7, 8); // number 6 was in the topic that was deleted
      awaitRecords(7);
    }
    assertThat(sink.texts()).endsWith("record 5", "record 7", "record 8").hasSize(7);
    assertThat(sink.problems())
        .containsExactly(
            "topic '%s' was deleted; it is read again when somebody has made it".formatted(topic),
            "topic '%s' was deleted and made again; it is read from its beginning".formatted(topic),
            "topic '%s' partition 0 offset 0: number 6 is missing before it, of instance 'me'"
                .formatted(topic));
  }
}
