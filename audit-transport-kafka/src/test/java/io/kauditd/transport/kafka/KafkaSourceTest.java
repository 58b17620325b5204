// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.StubSink;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is committed, and what the next run reads again. */
class KafkaSourceTest {
  private final Broker broker = Broker.shared();
  private final String topic = broker.newTopic();

  private void send(int from, int to) throws Exception {
    try (var transport = KafkaTransport.builder(broker.bootstrap(), topic).build()) {
      var driver = new Driver(transport);
      driver.connect();
      driver.sendUntilAnswered(
          IntStream.rangeClosed(from, to)
              .mapToObj(i -> AuditRecord.of(RecordType.USER_LOGIN, 0, i, "record " + i))
              .toList());
    }
  }

  private KafkaSource source() {
    return new KafkaSource(
        new ReadSettings(
            new ClientSettings(broker.bootstrap(), Map.of()), topic, topic, true, true));
  }

  private static Thread running(KafkaSource source, StubSink sink) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            source.run(sink);
          } catch (Exception e) {
            sink.problem(e.toString());
          }
        });
  }

  private long committed() throws Exception {
    OffsetAndMetadata offset =
        broker
            .admin()
            .listConsumerGroupOffsets(topic)
            .partitionsToOffsetAndMetadata()
            .get()
            .get(new TopicPartition(topic, 0));
    return offset == null ? 0 : offset.offset();
  }

  @Test
  void offsetsAreCommittedAsFarAsRecordsAreSettledAndTheRestIsReadAgain() throws Exception {
    send(1, 5);
    var sink = new StubSink();
    var first = source();
    Thread thread = running(first, sink);
    Await.until(sink.records()::size, size -> size >= 5);
    send(6, 8);
    Await.until(sink.records()::size, size -> size >= 8);
    assertThat(committed()).as("nothing is settled yet").isZero();
    sink.settle(5); // what came later is not
    Await.until(this::committed, offset -> offset == 5);
    first.close();
    thread.join();
    sink.settle(6); // in the midst of what was read together: not enough
    first.finish();
    assertThat(committed()).isEqualTo(5);
    assertThat(sink.problems()).isEmpty();

    var next = new StubSink();
    var second = source();
    thread = running(second, next);
    Await.until(next.records()::size, size -> size >= 3);
    second.close();
    thread.join();
    assertThat(next.texts()).containsExactly("record 6", "record 7", "record 8");
    next.settle(3);
    second.finish();
    assertThat(committed()).isEqualTo(8);
  }

  @Test
  void recordsThatTheBrokersHaveDeletedUnreadAreReported() throws Exception {
    send(1, 5);
    var sink = new StubSink();
    var first = source();
    Thread thread = running(first, sink);
    Await.until(sink.records()::size, size -> size >= 5);
    first.close();
    thread.join();
    sink.settle(5);
    first.finish();
    send(6, 9);
    broker
        .admin()
        .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(7)))
        .all()
        .get();

    var next = new StubSink();
    var second = source();
    thread = running(second, next);
    Await.until(next.records()::size, size -> size >= 2);
    second.close();
    thread.join();
    assertThat(next.texts()).containsExactly("record 8", "record 9");
    assertThat(next.problems())
        .containsExactly(
            "topic '%s' partition 0: offsets 5 to 6 were deleted before they were read"
                .formatted(topic));
  }

  @Test
  void aLineWithoutANodeGetsThatOfTheHeader() throws Exception {
    send(1, 1);
    var sink = new StubSink();
    var source = source();
    Thread thread = running(source, sink);
    Await.until(sink.records()::size, size -> size >= 1);
    source.close();
    thread.join();

    assertThat(sink.records().getFirst().head())
        .isEqualTo("node=" + HostName.here() + " type=USER_LOGIN");
  }

  @Test
  void aSourceWaitsForItsBrokersAndSaysSoOnce() throws Exception {
    broker.gate().shut();
    var said = new CopyOnWriteArrayList<String>();
    var sink = new StubSink();
    var settings = new ClientSettings(broker.gatedBootstrap(), Map.of());
    var source = new KafkaSource(new ReadSettings(settings, topic, topic, true, true), said::add);
    String refused = broker.gatedBootstrap() + ": Connection refused";
    try {
      assertThat(source.check())
          .containsExactly("cannot read topic '%s': %s".formatted(topic, refused));
      Thread thread = running(source, sink);
      Await.until(said::size, size -> size == 1);
      broker.gate().open();
      send(1, 2);
      Await.until(sink.records()::size, size -> size == 2);
      source.close();
      thread.join();
    } finally {
      source.close();
    }
    assertThat(said).hasSize(2);
    assertThat(said.getFirst())
        .isEqualTo("topic '%s' cannot be read yet: %s; it is tried again", topic, refused);
    assertThat(said.getLast()).startsWith("topic '%s' can be read, after ".formatted(topic));
    assertThat(sink.problems()).isEmpty();
    assertThat(source().check()).isEmpty();
  }

  @Test
  @Timeout(30)
  void aSourceThatWaitsIsClosedAtOnce() throws Exception {
    var said = new CopyOnWriteArrayList<String>();
    var sink = new StubSink();
    var nowhere = new ClientSettings("127.0.0.1:1", Map.of());
    var source = new KafkaSource(new ReadSettings(nowhere, topic, topic, true, true), said::add);
    Thread thread = running(source, sink);
    Await.until(said::size, size -> size == 1);
    source.close();
    thread.join();
    assertThat(sink.problems()).isEmpty();
  }
}
