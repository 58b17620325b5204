// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source {@code kafka}: reads audit lines from a topic. Offsets are committed only as far as
 * records are settled. So after a program was killed, the records are read again that it may not
 * have delivered. Those that the transport's log has are not delivered again.
 *
 * <p><b>Threads</b>: {@link #run} polls and commits on its own thread.
 *
 * @since 0.1.0
 */
public final class KafkaSource implements RecordSource {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);

  private static final Duration FINISH = Duration.ofMillis(800);
  private static final Duration LEAVE = Duration.ofMillis(500);

  private final ReadSettings settings;
  private final KafkaFailure.Place place;
  private final TopicWait topicWait;
  private final Settled settled = new Settled();
  private volatile boolean closed;
  private volatile @Nullable TopicReader reading;
  private volatile @Nullable RecordSink lastSink;

  KafkaSource(ReadSettings settings) {
    this(settings, LOG::warn);
  }

  /**
   * A source that tells somebody else than the log.
   *
   * @param report is told when it has to wait for the brokers, and when that is over
   */
  KafkaSource(ReadSettings settings, Consumer<String> report) {
    this.settings = settings;
    place = settings.place();
    topicWait = new TopicWait(settings.topicCheck(), place, report);
  }

  @Override
  public Set<URI> endpoints() {
    return settings.client().endpoints(settings.topic());
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    lastSink = sink;
    if (closed) {
      return;
    }
    // The thread is this source's own, and Kafka looks for its parts there.
    Thread.currentThread().setContextClassLoader(KafkaSource.class.getClassLoader());
    KafkaFailure failure = topicWait.await();
    if (closed) {
      return;
    }
    if (failure != null) {
      throw new IOException(cannotRead(failure));
    }
    try (var consumer = consumer()) {
      read(consumer, sink);
    } catch (KafkaException e) {
      throw new IOException(cannotRead(KafkaFailure.of(e, place)), e);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(settings.client().consumer(settings.group()));
  }

  private void read(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink) throws IOException {
    var reader = new TopicReader(consumer, sink, settings, settled, () -> closed);
    reading = reader;
    try {
      reader.read();
    } finally {
      reading = null;
      consumer.close(CloseOptions.timeout(LEAVE));
    }
  }

  private String cannotRead(KafkaFailure why) {
    return "cannot read topic '" + settings.topic() + "': " + why.reason();
  }

  @Override
  public List<String> check() {
    KafkaFailure failure = settings.topicCheck().readFailure();
    return failure == null ? List.of() : List.of(cannotRead(failure));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    topicWait.close();
    TopicReader reader = reading;
    if (reader != null) {
      reader.wakeUp();
    }
  }

  @Override
  public void finish() throws IOException {
    RecordSink sink = lastSink;
    if (sink == null) {
      return;
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = settled.upTo(sink.settled());
    if (offsets.isEmpty()) {
      return;
    }
    try (Admin admin = Admin.create(settings.client().admin(FINISH))) {
      admin
          .alterConsumerGroupOffsets(settings.group(), offsets)
          .all()
          .get(FINISH.toMillis(), TimeUnit.MILLISECONDS);
      settled.committed(offsets);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw notCommitted(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notCommitted(e);
    }
  }

  private IOException notCommitted(Exception cause) {
    return new IOException(
        "topic '"
            + settings.topic()
            + "': the last offsets could not be committed, so some records are read again: "
            + KafkaFailure.words(KafkaFailure.unwrapped(cause)),
        cause);
  }

  @Override
  public String toString() {
    return "kafka:" + settings.topic() + " at " + place.bootstrap();
  }
}
