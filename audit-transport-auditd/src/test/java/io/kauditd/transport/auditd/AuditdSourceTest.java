// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.StubSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a host is answered, and what a host may send. */
class AuditdSourceTest {
  private final StubSink sink = new StubSink();
  private final int port = Ports.free();
  private RecordSource source = TestPlugins.source("127.0.0.1:" + port);
  private Thread running = new Thread();

  AuditdSourceTest() throws IOException {}

  private void start(String... settings) {
    source = TestPlugins.source("127.0.0.1:" + port, settings);
    running =
        Thread.ofPlatform()
            .start(() -> {
              try {
                source.run(sink);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private TestHost host() throws Exception {
    return Await.until(
        () -> {
          try {
            return new TestHost(port);
          } catch (IOException e) {
            return null; // it does not listen yet
          }
        },
        host -> host != null);
  }

  @AfterEach
  void end() throws Exception {
    source.close();
    running.join();
    source.finish();
  }

  @Test
  void aRecordIsAcknowledgedWhenItIsSettledAndNotBefore() throws Exception {
    start();
    try (TestHost host = host()) {
      host.send(11, ListBatch.record(1))
          .send(12, ListBatch.record(2))
          .send(13, ListBatch.record(3));
      Await.until(sink::records, records -> records.size() == 3);
      host.send(TestHost.frame(TestHost.HEARTBEAT, 99, new byte[0]));
      assertThat(host.reply()).as("the heartbeat's").isEqualTo(TestHost.Reply.ack(99));
      assertThat(host.isUnanswered()).isTrue();
      sink.settle(2);
      assertThat(host.replies(2)).containsExactly(TestHost.Reply.ack(11), TestHost.Reply.ack(12));
      assertThat(host.isUnanswered()).isTrue();
      sink.settle(3);
      assertThat(host.reply()).isEqualTo(TestHost.Reply.ack(13));
    }
    assertThat(sink.problems()).isEmpty();
  }

  @Test
  void whatIsSettledAtTheEndIsAcknowledgedAtTheEnd() throws Exception {
    start();
    try (TestHost host = host()) {
      host.send(11, ListBatch.record(1)).send(12, ListBatch.record(2));
      Await.until(sink::records, records -> records.size() == 2);
      source.close();
      running.join();
      sink.settle(1);
      source.finish();
      assertThat(host.replies(2)).containsExactly(TestHost.Reply.ack(11), TestHost.Reply.ending());
      assertThat(host.isSentAway()).isTrue();
    }
  }

  /** More records than may wait: the rest comes when some were acknowledged. */
  @Test
  void aHostIsReadNoFurtherThanAcknowledgementsHaveRoom() throws Exception {
    start();
    int count = 3_000;
    try (TestHost host = host()) {
      for (int number = 1; number <= count; number++) {
        host.send(number, ListBatch.record(number));
      }
      Await.until(sink::records, records -> records.size() == 1_024);
      sink.settle(count);
      for (int number = 1; number <= count; number++) {
        assertThat(host.reply()).isEqualTo(TestHost.Reply.ack(number));
      }
    }
    assertThat(sink.records()).hasSize(count);
  }

  @Test
  void acceptedIsEnoughIfToldSo() throws Exception {
    start("acknowledge=accepted");
    try (TestHost host = host()) {
      host.send(11, ListBatch.record(1));
      assertThat(host.reply()).isEqualTo(TestHost.Reply.ack(11));
    }
  }

  @Test
  void aLineWithoutANodeGetsTheHostsAddress() throws Exception {
    start("acknowledge=accepted");
    AuditRecord named = ListBatch.record(1).withHead("node=web1 type=USER_LOGIN");
    try (TestHost host = host()) {
      host.send(1, named).send(2, ListBatch.record(2)).replies(2);
    }
    assertThat(sink.records())
        .containsExactly(named, ListBatch.record(2).withHead("node=127.0.0.1 type=USER_LOGIN"));
  }

  @Test
  void aLineIsTakenAsItIsIfToldSo() throws Exception {
    start("acknowledge=accepted", "add-node=false");
    try (TestHost host = host()) {
      host.send(2, ListBatch.record(2)).reply();
    }
    assertThat(sink.records()).containsExactly(ListBatch.record(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type=USER_LOGIN msg=audit(1.000:1): x | it sends bare lines, which nobody could acknowledge
          GET / HTTP/1.1                        | what it sends does not begin as a frame does
          """)
  void whoSpeaksAnythingElseIsSentAwayAndTheOthersAreServed(String said, String problem)
      throws Exception {
    start("acknowledge=accepted");
    try (TestHost stranger = host();
        TestHost host = host()) {
      stranger.send((said + "\n").getBytes(UTF_8));
      assertThat(stranger.isSentAway()).isTrue();
      host.send(1, ListBatch.record(1));
      assertThat(host.reply()).isEqualTo(TestHost.Reply.ack(1));
    }
    assertThat(sink.problems())
        .singleElement()
        .asString()
        .startsWith("host 1 at 127.0.0.1:")
        .contains(problem);
  }

  @Test
  void whatIsNoAuditLineIsReportedAndAcknowledged() throws Exception {
    start("acknowledge=accepted");
    try (TestHost host = host()) {
      host.send(TestHost.frame(TestHost.MESSAGE, 5, "hello".getBytes(UTF_8)));
      assertThat(host.reply()).isEqualTo(TestHost.Reply.ack(5));
    }
    assertThat(sink.problems())
        .singleElement()
        .asString()
        .endsWith(", record 1: is no audit line; not taken");
  }

  @Test
  void onlyThoseThatAreAllowedMaySend() throws Exception {
    start("allow=192.0.2.0/24,2001:db8::/32");
    try (TestHost host = host()) {
      assertThat(host.isSentAway()).isTrue();
    }
    assertThat(sink.problems())
        .singleElement()
        .asString()
        .endsWith(": is not among those that may send (allow)");
  }

  @Test
  void whoSaysNothingIsSentAwayAfterAWhile() throws Exception {
    start("idle-timeout=50ms");
    try (TestHost host = host()) {
      assertThat(host.isSentAway()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.1.2.3, true",
    "10.0.0.0/8, 11.1.2.3, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.200, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "2001:db8::/32, 2001:db8:1::7, true",
    "2001:db8::/32, 10.1.2.3, false",
    "0.0.0.0/0, 10.1.2.3, true",
  })
  void aNetworkIsTheFirstBitsOfAnAddress(String networks, String address, boolean in) {
    assertThat(Networks.parse(networks).contain(InetAddress.ofLiteral(address))).isEqualTo(in);
  }
}
