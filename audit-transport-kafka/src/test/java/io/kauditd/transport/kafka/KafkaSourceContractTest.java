// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.RecordSourceContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** The rules for sources, with a real broker. */
class KafkaSourceContractTest extends RecordSourceContract {
  private final Broker broker = Broker.shared();

  private static String line(int number) {
    return AuditLine.format(
        AuditRecord.of(RecordType.TRUSTED_APP, 1_000, number, "record " + number));
  }

  private static List<String> lines(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(KafkaSourceContractTest::line).toList();
  }

  private RecordSource source(List<String> values) throws Exception {
    String topic = broker.newTopic();
    try (var producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrap()),
            new StringSerializer(),
            new StringSerializer())) {
      var sent = new ArrayList<Future<?>>();
      values.forEach(each -> sent.add(producer.send(new ProducerRecord<>(topic, "web1", each))));
      for (Future<?> each : sent) {
        each.get();
      }
    }
    return source(topic);
  }

  private RecordSource source(String topic) {
    return new KafkaSource(
        new ReadSettings(
            new ClientSettings(broker.bootstrap(), Map.of()), topic, topic, true, true));
  }

  @Override
  protected RecordSource newSource(int records) throws Exception {
    return source(lines(records));
  }

  @Override
  protected String expectedText(int number) {
    return "record " + number;
  }

  @Override
  protected boolean endsByItself() {
    return false;
  }

  @Override
  protected RecordSource newSourceWithBadInput() throws Exception {
    return source(Stream.concat(Stream.of("\u0000no line"), lines(1).stream()).toList());
  }

  @Override
  protected Unopenable newUnopenableSource() {
    return Unopenable.of(source("not-there"), "not-there");
  }
}
