// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

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
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration COMMIT = Duration.ofSeconds(2);
  private static final Duration FINISH = Duration.ofMillis(800);
  private static final Duration LEAVE = Duration.ofMillis(500);

  /** Longest time that a closed source waits for what it has read to be delivered. */
  private static final Duration LAST_DELIVERY = Duration.ofMillis(300);

  /** Longest time that somebody else waits for a partition until what was read is delivered. */
  private static final Duration HAND_ON = Duration.ofSeconds(5);

  /** Longest time until this source reads a partition anew that it had lost. */
  private static final Duration COME_BACK = Duration.ofMinutes(30);

  private static final long LOOK_NS = 1_000_000;

  /** Valid values of {@code node=}: names of one word, wherever they come from. */
  private static final Pattern NODE = Pattern.compile("[A-Za-z0-9._:-]{1,255}");

  private final ClientSettings settings;
  private final String topic;
  private final String group;
  private final boolean addsNode;
  private final Settled settled = new Settled();

  /** The offsets of what earlier runs have delivered and not committed. */
  private final Map<TopicPartition, Set<Long>> delivered = new HashMap<>();

  /** Partitions that were assigned, and for which that is not known yet. */
  private final Set<TopicPartition> unread = new HashSet<>();

  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> polling;
  private volatile @Nullable RecordSink lastSink;

  KafkaSource(ClientSettings settings, String topic, String group, boolean addsNode) {
    this.settings = settings;
    this.topic = topic;
    this.group = group;
    this.addsNode = addsNode;
  }

  @Override
  public Set<URI> endpoints() {
    return settings.endpoints(topic);
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    lastSink = sink;
    if (closed) {
      return;
    }
    // The thread is this source's own, and Kafka looks for its parts there.
    Thread.currentThread().setContextClassLoader(KafkaSource.class.getClassLoader());
    var opener =
        new Opener(
            settings,
            new KafkaFailure.Place(topic, settings.bootstrap(), group),
            Duration.ofSeconds(1),
            null);
    KafkaFailure failure = opener.readFailure();
    if (closed) {
      return;
    }
    if (failure != null) {
      throw new IOException("cannot read topic '" + topic + "': " + failure.reason());
    }
    try (var consumer = new KafkaConsumer<byte[], byte[]>(settings.consumer(group))) {
      polling = consumer;
      try {
        consumer.subscribe(List.of(topic), new Rebalance(consumer, sink));
        readUntilClosed(consumer, sink);
        polling = null;
        commitLast(consumer, sink);
      } finally {
        polling = null;
        consumer.close(CloseOptions.timeout(LEAVE));
      }
    } catch (KafkaException e) {
      KafkaFailure why =
          KafkaFailure.of(e, new KafkaFailure.Place(topic, settings.bootstrap(), group));
      throw new IOException("cannot read topic '" + topic + "': " + why.reason(), e);
    }
  }

  private void readUntilClosed(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink)
      throws IOException {
    try {
      while (!closed) {
        lookBack(consumer, sink);
        handOver(poll(consumer, sink), sink);
        commit(consumer, sink);
      }
    } catch (WakeupException e) {
      // closed
    }
  }

  /**
   * Commits what is delivered within a moment, while it is still a member of the group. Later only
   * {@link #finish} can, and only if the group has no other member.
   */
  private void commitLast(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink) {
    awaitDelivery(sink, LAST_DELIVERY, () -> false);
    try {
      commit(consumer, sink);
    } catch (WakeupException e) {
      commit(consumer, sink); // close() came after the last poll
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(
      KafkaConsumer<byte[], byte[]> consumer, RecordSink sink) {
    try {
      return consumer.poll(POLL);
    } catch (InvalidOffsetException e) {
      if (!settings.isReadFromTheBeginning()) {
        throw e;
      }
      if (e instanceof OffsetOutOfRangeException outOfRange) {
        skipDeleted(consumer, outOfRange.offsetOutOfRangePartitions(), sink);
      } else {
        consumer.seekToBeginning(e.partitions()); // a new group
      }
      return ConsumerRecords.empty();
    }
  }

  /** Goes on with what is there. Kafka's client would do so as well, but say nothing. */
  private void skipDeleted(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> wanted, RecordSink sink) {
    Map<TopicPartition, Long> begin = consumer.beginningOffsets(wanted.keySet());
    wanted.forEach((partition, offset) -> {
      long first = begin.getOrDefault(partition, 0L);
      String what =
          offset < first
              ? "offsets %d to %d were deleted before they were read".formatted(offset, first - 1)
              : "has no offset %d any more; it is read from its beginning".formatted(offset);
      sink.problem("topic '%s' partition %d: %s".formatted(topic, partition.partition(), what));
      consumer.seek(partition, first);
    });
  }

  private void handOver(ConsumerRecords<byte[], byte[]> records, RecordSink sink) {
    var next = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      var partition = new TopicPartition(record.topic(), record.partition());
      if (delivered.getOrDefault(partition, Set.of()).contains(record.offset())) {
        sink.note("records that an earlier run had delivered, not delivered again");
      } else {
        handOver(record, sink);
      }
      next.put(partition, new OffsetAndMetadata(record.offset() + 1));
    }
    settled.handedOver(sink.accepted(), next);
  }

  private void handOver(ConsumerRecord<byte[], byte[]> record, RecordSink sink) {
    AuditRecord parsed = parse(record);
    if (parsed == null) {
      sink.problem(
          "topic '%s' partition %d offset %d: is no audit line"
              .formatted(topic, record.partition(), record.offset()));
      return;
    }
    sink.accept(parsed);
  }

  private @Nullable AuditRecord parse(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    AuditRecord parsed = value == null ? null : AuditLine.parse(value);
    return parsed != null && addsNode ? withNode(parsed, record) : parsed;
  }

  /** Looks for what an earlier run has delivered of the partitions that are read from now on. */
  private void lookBack(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink)
      throws IOException {
    if (unread.isEmpty()) {
      return;
    }
    var partitions = Set.copyOf(unread);
    awaitDelivery(
        sink, COME_BACK, () -> closed); // the log has what this run has read of them before
    try {
      lookBack(consumer, partitions, sink);
    } catch (RetriableException e) {
      return; // the next time: until then they are not read
    }
    unread.clear();
    consumer.resume(partitions);
  }

  private void lookBack(
      KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, RecordSink sink)
      throws IOException {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
    try (var reader = new KafkaConsumer<byte[], byte[]>(settings.consumer(group))) {
      for (TopicPartition each : partitions) {
        OffsetAndMetadata next = committed.get(each);
        long begin = first.getOrDefault(each, 0L);
        long from = next == null ? begin : Math.max(begin, next.offset());
        long to = Math.min(end.getOrDefault(each, 0L), from + Redelivery.MAX_RECORDS);
        if (from < to) {
          reader.assign(List.of(each));
          reader.seek(each, Math.max(begin, from - Redelivery.MAX_BEFORE));
          delivered.put(each, lookBack(reader, each, from, to).delivered(sink));
        }
      }
    } catch (InvalidOffsetException e) {
      // the brokers have deleted them meanwhile, which is reported when they are read
    }
  }

  private Redelivery lookBack(
      KafkaConsumer<byte[], byte[]> reader, TopicPartition partition, long from, long to) {
    var redelivery = new Redelivery();
    while (!closed && reader.position(partition) < to) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        AuditRecord parsed = parse(record);
        if (parsed == null) {
          continue;
        }
        if (record.offset() < from) {
          redelivery.committed(parsed);
        } else {
          redelivery.open(parsed, record.offset());
        }
      }
    }
    return redelivery;
  }

  /** The record with the node of the header, if its line names none. */
  private static AuditRecord withNode(AuditRecord parsed, ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(HeaderName.NODE);
    if (header == null || header.value() == null || parsed.head() != null) {
      return parsed;
    }
    String node = new String(header.value(), US_ASCII);
    return NODE.matcher(node).matches()
        ? parsed.withHead("node=" + node + " type=" + RecordType.nameOf(parsed.type()))
        : parsed;
  }

  /** Waits until all that was handed over is settled, the time is over, or nobody wants it. */
  private static void awaitDelivery(RecordSink sink, Duration longest, BooleanSupplier givesUp) {
    long position = sink.accepted();
    long endNs = System.nanoTime() + longest.toNanos();
    while (!givesUp.getAsBoolean()
        && position < Long.MAX_VALUE
        && sink.settled() < position
        && System.nanoTime() - endNs < 0) {
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  private void commit(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink) {
    Map<TopicPartition, OffsetAndMetadata> offsets = settled.upTo(sink.settled());
    if (offsets.isEmpty()) {
      return;
    }
    try {
      consumer.commitSync(offsets, COMMIT);
      settled.committed(offsets);
    } catch (RetriableException e) {
      // The next time: they stay ready.
    } catch (CommitFailedException e) {
      settled.forget(offsets.keySet()); // somebody else reads them by now
    }
  }

  @Override
  public void close() {
    closed = true;
    KafkaConsumer<byte[], byte[]> consumer = polling;
    if (consumer != null) {
      consumer.wakeup();
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
    try (Admin admin = Admin.create(settings.admin(FINISH))) {
      admin
          .alterConsumerGroupOffsets(group, offsets)
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
            + topic
            + "': the last offsets could not be committed, so some records are read again: "
            + KafkaFailure.words(KafkaFailure.unwrapped(cause)),
        cause);
  }

  @Override
  public String toString() {
    return "kafka:" + topic + " at " + settings.bootstrap();
  }

  /**
   * Before somebody else reads a partition, or this source anew, what was read of it is delivered
   * and committed, as far as that goes in some time.
   */
  private final class Rebalance implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordSink sink;

    Rebalance(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink) {
      this.consumer = consumer;
      this.sink = sink;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (!closed) {
        awaitDelivery(sink, HAND_ON, () -> closed);
        commit(consumer, sink);
        forget(partitions);
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      forget(partitions);
    }

    private void forget(Collection<TopicPartition> partitions) {
      settled.forget(partitions);
      delivered.keySet().removeAll(partitions);
      unread.removeAll(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      unread.addAll(partitions);
    }
  }
}
