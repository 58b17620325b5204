// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said, and what becomes of the records, when something is in the way. */
class BadDaysTest {
  private final Broker broker = Broker.shared();

  private static AuditRecord record(int number) {
    return AuditRecord.of(RecordType.USER_LOGIN, 1_642_555_588_000L, number, "seq=" + number)
        .withNumber(number);
  }

  private static List<AuditRecord> records(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(BadDaysTest::record).toList();
  }

  private List<String> texts(String topic) {
    return broker.read(topic).stream()
        .map(each -> new String(each.value(), UTF_8))
        .map(line -> line.substring(line.indexOf("seq=")))
        .toList();
  }

  private KafkaTransportBuilder to(String topic) {
    return KafkaTransport.builder(broker.bootstrap(), topic)
        .instance(topic)
        .sendTimeout(Duration.ofMillis(500));
  }

  private static String refused(KafkaTransportBuilder builder) throws Exception {
    try (var transport = builder.build()) {
      OpenResult result = new Driver(transport).open();
      assertThat(result.outcome()).isEqualTo(OpenResult.Outcome.FAILED);
      return String.valueOf(result.reason());
    }
  }

  @Test
  void noSuchHost() throws Exception {
    assertThat(refused(KafkaTransport.builder("no-such-host.invalid:9092", "audit")))
        .isEqualTo("there is no host no-such-host.invalid");
  }

  @Test
  void nobodyListens() throws Exception {
    assertThat(refused(KafkaTransport.builder("127.0.0.1:1", "audit")))
        .isEqualTo("127.0.0.1:1: Connection refused");
  }

  @Test
  void noSuchTopic() throws Exception {
    assertThat(refused(to("nowhere")))
        .isEqualTo(broker.bootstrap() + " has no topic 'nowhere'; create it, or correct the name");
  }

  @Test
  void theTopicIsRemovedWhileItIsInUse() throws Exception {
    String topic = broker.newTopic();
    try (var transport = to(topic).build()) {
      var driver = new Driver(transport);
      driver.connect();
      assertThat(driver.send(records(1, 2)).taken()).isEqualTo(2);
      broker.admin().deleteTopics(List.of(topic)).all().get();

      // The broker may take a few more before it has heard of it.
      SendResult result;
      int next = 3;
      do {
        result = driver.sendUntilAnswered(records(next, next + 1));
        next += 2;
      } while (result.error() == null);

      assertThat(result.error()).isEqualTo(SendError.ECONNREFUSED);
      assertThat(result.reason()).contains("has no topic '" + topic + "'");
    }
  }

  /** What the first one had is gone with it; what is delivered later is in the second, once. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theTopicIsMadeAgainWhileItIsInUse(boolean exactlyOnce, @TempDir Path spools)
      throws Exception {
    String topic = broker.newTopic();
    KafkaTransport transport = SteadyLog.transport(broker.bootstrap(), topic, topic, exactlyOnce);
    try (var log = new SteadyLog(transport, spools)) {
      log.awaitDelivery();
      broker.deleteTopic(topic);
      broker.makeTopicAgain(topic);
      log.awaitDelivery();
      long count = log.end();
      List<Long> numbers =
          texts(topic).stream().map(text -> Long.valueOf(text.substring("seq=".length()))).toList();
      assertThat(numbers)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(numbers.getFirst(), count).boxed().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRecordThatIsTooLargeIsRejectedAndTheOthersGoOn(boolean exactlyOnce) throws Exception {
    String topic = broker.newTopic(1, Map.of("max.message.bytes", "4000"));
    try (var transport = to(topic).exactlyOnce(exactlyOnce).build()) {
      var driver = new Driver(transport);
      driver.connect();
      var large =
          AuditRecord.of(RecordType.USER_LOGIN, 0, 3, "seq=3 " + "x".repeat(5_000)).withNumber(3);
      var batch = List.of(record(1), record(2), large, record(4), record(5));

      SendResult first = driver.sendUntilAnswered(batch);
      assertThat(first.error()).as(first.toString()).isEqualTo(SendError.REJECTED);
      assertThat(first.reason()).isEqualTo("topic '" + topic + "' takes no record so large");
      assertThat(first.taken()).isEqualTo(2);
      assertThat(driver.sendUntilAnswered(batch.subList(3, 5)).taken()).isEqualTo(2);
      assertThat(texts(topic)).containsExactly("seq=1", "seq=2", "seq=4", "seq=5");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBrokerThatHangsMakesNoDoubles(boolean exactlyOnce) throws Exception {
    String topic = broker.newTopic();
    try (var transport = to(topic).exactlyOnce(exactlyOnce).build()) {
      var driver = new Driver(transport);
      driver.connect();
      driver.sendUntilAnswered(records(1, 3));
      broker.pause();
      SendResult stalled = driver.send(records(4, 300));
      broker.resume();

      assertThat(stalled.error()).isEqualTo(SendError.EAGAIN);
      assertThat(stalled.reason())
          .isEqualTo(broker.bootstrap() + " has acknowledged nothing for 500 ms");
      // Not all that was late is offered again at first, and more behind it.
      assertThat(driver.sendUntilAnswered(records(4, 100)).taken()).isEqualTo(97);
      assertThat(driver.sendUntilAnswered(records(101, 400)).taken()).isEqualTo(300);
      assertThat(texts(topic))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, 400).mapToObj(i -> "seq=" + i).toList());
    }
  }

  @Test
  void anotherProgramWithTheSameInstanceIsNoticed() throws Exception {
    String topic = broker.newTopic();
    try (var one = to(topic).exactlyOnce(true).build();
        var other = to(topic).exactlyOnce(true).build()) {
      var first = new Driver(one);
      first.connect();
      first.sendUntilAnswered(records(1, 3));
      new Driver(other).connect();

      SendResult result = first.sendUntilAnswered(records(4, 5));

      assertThat(result.error()).isEqualTo(SendError.EPERM);
      assertThat(result.reason())
          .startsWith("another program sends to '" + topic + "' as instance '" + topic + "'");
      assertThat(texts(topic)).containsExactly("seq=1", "seq=2", "seq=3");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mainline", "rfc", "v5.16"})
  void exactlyOnceRefusesAPolicyThatLetsRecordsOvertake(String policy) throws Exception {
    try (var transport = to("audit").exactlyOnce(true).build()) {
      assertThat(new Driver(transport, policy).open().reason())
          .startsWith("exactly-once needs records in their order, and the policy '" + policy + "'");
    }
  }

  @Test
  void headersSayWhoseAndWhichRecordItIs() throws Exception {
    String topic = broker.newTopic(7, Map.of());
    try (var transport = to(topic).instance("shop").build()) {
      var driver = new Driver(transport);
      driver.connect();
      var foreign = record(2).withHead("node=web2 type=USER_LOGIN");
      assertThat(driver.sendUntilAnswered(List.of(record(1), foreign)).taken()).isEqualTo(2);
    }

    var all = broker.read(topic);
    assertThat(all).extracting(each -> new String(each.key(), UTF_8)).containsOnly("shop");
    assertThat(all)
        .extracting(each -> new String(each.value(), UTF_8))
        .containsExactly(
            "type=USER_LOGIN msg=audit(1642555588.000:1): seq=1",
            "node=web2 type=USER_LOGIN msg=audit(1642555588.000:2): seq=2");
    assertThat(all.getFirst().headers())
        .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .containsExactly(
            "node=" + HostName.here(), "type=USER_LOGIN", "serial=1", "instance=shop", "number=1");
    assertThat(new String(all.getLast().headers().lastHeader(HeaderName.NODE).value(), UTF_8))
        .isEqualTo("web2");
  }
}
