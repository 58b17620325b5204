// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.RecordsInDoubt;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The transport {@code kafka}: sends records to a topic. A record counts as delivered when all
 * in-sync replicas have acknowledged it. All records of an instance have the same key, so they are
 * in one partition, in order. {@code docs/reference/kafka.md} says what is promised.
 *
 * <p><b>Threads</b>: the kauditd thread, the threads of Kafka's client, and one that connects.
 * <b>Blocking</b>: {@link #send} for the send timeout and, while the broker is silent, 100 ms more.
 *
 * @since 0.1.0
 */
public final class KafkaTransport implements Transport {
  private static final Duration OPEN_PATIENCE = Duration.ofMillis(900);

  /** Under these a record can overtake another, whose number would then seem to be done. */
  private static final Set<String> UNORDERED = Set.of("mainline", "rfc", "v5.16");

  private final KafkaTransportBuilder settings;
  private final RecordsInDoubt inDoubt = RecordsInDoubt.none();
  private final Helper helper = new Helper();
  private @Nullable Parts parts;
  private @Nullable Future<Opener.Opened> opening;
  private @Nullable Link link;

  /** What is made when it is first opened, for the name of the host may be needed. */
  private record Parts(
      KafkaFailure.Place place,
      String node,
      TopicCheck topic,
      Opener opener,
      @Nullable String transactionalId,
      Progress progress) {}

  KafkaTransport(KafkaTransportBuilder settings) {
    this.settings = settings;
  }

  /**
   * Starts to build a transport.
   *
   * @param bootstrap {@code HOST:PORT} of one or more brokers, separated by commas
   * @throws IllegalArgumentException if it is not
   */
  public static KafkaTransportBuilder builder(String bootstrap, String topic) {
    return new KafkaTransportBuilder(bootstrap, topic);
  }

  @Override
  public Set<URI> endpoints() {
    return settings.client.endpoints(settings.topic);
  }

  @Override
  public boolean wantsNumbers() {
    return true;
  }

  @Override
  public int maxBatchRecords() {
    return Link.MAX_RECORDS;
  }

  @Override
  public OpenResult open(TransportContext context) {
    if (settings.exactlyOnce && UNORDERED.contains(context.status().policy())) {
      return OpenResult.failed(
          "exactly-once needs records in their order, and the policy '"
              + context.status().policy()
              + "' lets them overtake each other; choose the policy 'ordered'");
    }
    inDoubt.tell(context);
    Parts made = parts();
    boolean interrupted = Thread.interrupted();
    try {
      Future<Opener.Opened> begun = opening;
      if (begun == null) {
        begun = helper.thread().submit(made.opener::open);
        opening = begun;
      }
      Opener.Opened opened = begun.get(OPEN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      opening = null;
      return connected(made, opened);
    } catch (TimeoutException e) {
      return OpenResult.connecting("still connecting to " + settings.client.bootstrap());
    } catch (ExecutionException e) {
      opening = null;
      return OpenResult.failed(KafkaFailure.of(e, made.place).reason());
    } catch (InterruptedException e) {
      interrupted = true;
      return OpenResult.failed("interrupted while connecting to " + settings.client.bootstrap());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private OpenResult connected(Parts made, Opener.Opened opened) {
    Producer<byte[], byte[]> producer = opened.producer();
    if (producer == null) {
      KafkaFailure failure = opened.failure();
      return OpenResult.failed(failure == null ? "no reason was given" : failure.reason());
    }
    made.opener.taken();
    var encoder =
        new RecordEncoder(made.place.topic(), settings.format, made.place.instance(), made.node);
    var stall = new Stall(helper, made.topic, opened.topic(), made.place);
    String id = made.transactionalId;
    if (id == null) {
      link = new PlainLink(producer, encoder, made.place, settings.sendTimeout, stall, inDoubt);
    } else {
      made.progress.opened(opened.progress());
      link =
          new TransactionLink(
              producer, encoder, made.place, settings.sendTimeout, stall, made.progress, id);
    }
    return OpenResult.connected();
  }

  private Parts parts() {
    Parts made = parts;
    if (made == null) {
      String node = HostName.here();
      String named = settings.instance;
      String instance = named == null ? node : named;
      var place = new KafkaFailure.Place(settings.topic, settings.client.bootstrap(), instance);
      String id = settings.exactlyOnce ? "kauditd-" + settings.topic + "-" + instance : null;
      var topic = new TopicCheck(settings.client, place);
      var opener = new Opener(settings.client, place, topic, settings.sendTimeout, id);
      made = new Parts(place, node, topic, opener, id, new Progress(settings.topic, instance));
      parts = made;
    }
    return made;
  }

  @Override
  public SendResult send(RecordBatch batch) {
    Link connected = link;
    if (connected == null) {
      return SendResult.failed(
          0, SendError.ECONNREFUSED, "not connected to " + settings.client.bootstrap());
    }
    boolean interrupted = Thread.interrupted(); // Kafka's client gives up half-way otherwise
    try {
      return connected.send(batch);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void reset() {
    Link connected = link;
    link = null;
    if (connected != null) {
      connected.abandon();
    }
  }

  @Override
  public void close() {
    reset();
    opening = null;
    if (parts != null) {
      parts.opener.close();
    }
    helper.close();
  }

  @Override
  public String toString() {
    return "kafka:" + settings.topic + " at " + settings.client.bootstrap();
  }
}
