// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;

/**
 * A topic that is deleted and made again between the records of a transaction and its end. Kafka's
 * producer knows the first one by its id then, and offers it to the broker for ever.
 */
class TopicMadeAgainTest {
  private static final Duration TIMEOUT = Duration.ofMillis(500);

  private final Broker broker = Broker.shared();

  @Test
  void aTransactionThatBelongsToTheFirstOneEndsTheConnection() throws Exception {
    String topic = broker.newTopic();
    var client = new ClientSettings(broker.bootstrap(), Map.of());
    var place = new KafkaFailure.Place(topic, broker.bootstrap(), topic);
    var check = new TopicCheck(client, place);
    Opener.Opened opened = new Opener(client, place, check, TIMEOUT, topic).open();
    var helper = new Helper();
    var link =
        new TransactionLink(
            beforeItsFirstEnd(
                Objects.requireNonNull(opened.producer()),
                () -> {
                  broker.deleteTopic(topic);
                  broker.makeTopicAgain(topic);
                  return null;
                }),
            new RecordEncoder(topic, ValueFormat.LINE, topic, "node"),
            place,
            TIMEOUT,
            new Stall(helper, check, opened.topic(), place),
            new Progress(topic, topic),
            topic);
    AuditRecord record = AuditRecord.of(RecordType.USER_LOGIN, 0, 1, "seq=1").withNumber(1);
    try {
      SendResult last =
          Await.until(
              () -> link.send(ListBatch.of(List.of(record))),
              result -> result.error() != SendError.EAGAIN);
      assertThat(last)
          .isEqualTo(
              SendResult.failed(
                  0, SendError.EIO, "topic '" + topic + "' was deleted and made again"));
    } finally {
      link.abandon();
      helper.close();
    }
  }

  /** The same producer, which does something before it writes the progress of a transaction. */
  @SuppressWarnings("unchecked")
  private static Producer<byte[], byte[]> beforeItsFirstEnd(
      Producer<byte[], byte[]> producer, Callable<?> what) {
    var isDone = new AtomicBoolean();
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            Producer.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("sendOffsetsToTransaction") && !isDone.getAndSet(true)) {
                what.call();
              }
              try {
                return method.invoke(producer, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
