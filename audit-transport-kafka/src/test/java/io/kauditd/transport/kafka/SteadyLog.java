// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.fixtures.Await;
import io.kauditd.queue.spool.SpoolQueue;
import io.kauditd.spi.AuditQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/** An engine with spools that sends to a topic, and a thread that logs {@code seq=1} and so on. */
final class SteadyLog implements AutoCloseable {
  private static final long PAUSE_NS = 1_000_000;

  private final Kauditd audit;
  private final AtomicLong logged = new AtomicLong();
  private final Thread logging;
  private volatile boolean stopped;

  SteadyLog(KafkaTransport transport, Path spools) throws IOException {
    audit = start(transport, spools);
    logging = Thread.ofPlatform().daemon().start(this::log);
  }

  /** An engine with spools in a directory. */
  static Kauditd start(KafkaTransport transport, Path spools) throws IOException {
    return Kauditd.builder()
        .policy(OrderedPolicy.ID, new OrderedPolicy())
        .settings(AuditSettings.DEFAULTS.withBacklogWaitTimeMs(60_000))
        .mainQueue(spool(spools, "main"))
        .retryQueue(spool(spools, "retry"))
        .holdQueue(spool(spools, "hold"))
        .reopenPauses(Duration.ofMillis(20), Duration.ofMillis(200))
        .transport("kafka", transport)
        .start();
  }

  /** A transport that gives up a send after half a second. */
  static KafkaTransport transport(
      String bootstrap, String topic, String instance, boolean exactlyOnce) {
    return KafkaTransport.builder(bootstrap, topic)
        .instance(instance)
        .exactlyOnce(exactlyOnce)
        .sendTimeout(Duration.ofMillis(500))
        .build();
  }

  private static AuditQueue spool(Path dir, String name) throws IOException {
    return SpoolQueue.builder(dir.resolve(name)).open();
  }

  private void log() {
    while (!stopped) {
      if (!audit.log(RecordType.TRUSTED_APP, "seq=" + (logged.get() + 1))) {
        throw new IllegalStateException("not taken: " + audit.status());
      }
      logged.incrementAndGet();
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  AuditStatus status() {
    return audit.status();
  }

  /** Waits until all that has been logged by now is delivered. */
  void awaitDelivery() throws Exception {
    long now = logged.get() + 1;
    Await.until(() -> audit.status().ledger().delivered(), delivered -> delivered >= now);
  }

  /** Waits until it says this of what is in the way, and returns all it says. */
  String awaitError(String part) throws Exception {
    return String.valueOf(
        Await.until(
            () -> audit.status().lastError(), error -> String.valueOf(error).contains(part)));
  }

  /** Logs no more, waits until all is delivered, and returns how many that were. */
  long end() throws Exception {
    stop();
    Await.until(() -> audit.status().ledger().waiting(), waiting -> waiting == 0);
    Ledger ledger = audit.close(Duration.ofMinutes(1)).ledger();
    assertThat(ledger.delivered()).as(ledger.toString()).isEqualTo(logged.get());
    return ledger.delivered();
  }

  private void stop() throws InterruptedException {
    stopped = true;
    logging.join();
  }

  /** The topic has what was logged, once and in order. */
  static void assertComplete(Broker broker, String topic, long count) {
    List<String> texts =
        broker.read(topic).stream()
            .map(each -> new String(each.value(), UTF_8))
            .map(line -> line.substring(line.indexOf("seq=")))
            .toList();
    assertThat(texts)
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, count).mapToObj(i -> "seq=" + i).toList());
  }

  @Override
  public void close() throws Exception {
    stop();
    audit.close(Duration.ZERO);
  }
}
