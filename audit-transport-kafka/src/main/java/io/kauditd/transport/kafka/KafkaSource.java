// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
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
import java.util.function.Consumer;
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

  /** A source without partitions for so long asks whether the topic is there. */
  private static final long UNASSIGNED_NS = TimeUnit.SECONDS.toNanos(3);

  private static final long ASK_NS = TimeUnit.SECONDS.toNanos(1);

  private final ClientSettings settings;
  private final String topic;
  private final String group;
  private final LineParser parser;
  private final KafkaFailure.Place place;
  private final TopicWait topicWait;
  private final TopicIdentity identity;
  private final NumberWatch numbers = new NumberWatch();
  private final ReadBefore before;
  private final boolean reportsGaps;
  private final Settled settled = new Settled();

  /** Partitions that were assigned, and for which that is not known yet. */
  private final Set<TopicPartition> unread = new HashSet<>();

  private boolean isGone;
  private long askedNs = System.nanoTime() - ASK_NS;
  private long assignedNs = System.nanoTime();
  private volatile boolean closed;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> polling;
  private volatile @Nullable RecordSink lastSink;

  KafkaSource(ClientSettings settings, String topic, String group, boolean addsNode) {
    this(settings, topic, group, addsNode, true);
  }

  KafkaSource(
      ClientSettings settings, String topic, String group, boolean addsNode, boolean reportsGaps) {
    this(settings, topic, group, addsNode, reportsGaps, LOG::warn);
  }

  /**
   * A source that tells somebody else than the log.
   *
   * @param report is told when it has to wait for the brokers, and when that is over
   */
  KafkaSource(
      ClientSettings settings,
      String topic,
      String group,
      boolean addsNode,
      boolean reportsGaps,
      Consumer<String> report) {
    this.settings = settings;
    this.topic = topic;
    this.group = group;
    this.parser = new LineParser(addsNode);
    this.reportsGaps = reportsGaps;
    this.place = new KafkaFailure.Place(topic, settings.bootstrap(), group);
    this.topicWait = new TopicWait(opener(), place, report);
    this.identity = new TopicIdentity(opener());
    this.before = new ReadBefore(settings, group, parser, identity, numbers, () -> closed);
  }

  private Opener opener() {
    return new Opener(settings, place, Duration.ofSeconds(1), null);
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
    KafkaFailure failure = topicWait.await();
    if (closed) {
      return;
    }
    if (failure != null) {
      throw new IOException(cannotRead(failure));
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
      throw new IOException(cannotRead(KafkaFailure.of(e, place)), e);
    }
  }

  private String cannotRead(KafkaFailure why) {
    return "cannot read topic '" + topic + "': " + why.reason();
  }

  @Override
  public List<String> check() {
    KafkaFailure failure = opener().readFailure();
    return failure == null ? List.of() : List.of(cannotRead(failure));
  }

  private void readUntilClosed(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink)
      throws IOException {
    try {
      while (!closed) {
        lookBack(consumer, sink);
        handOver(poll(consumer, sink), consumer, sink);
        commit(consumer, sink);
        lookForTopic(consumer, sink);
      }
    } catch (WakeupException e) {
      // closed
    }
  }

  /** Says once that the topic was deleted: the client waits for it to come again, in silence. */
  private void lookForTopic(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink) {
    long nowNs = System.nanoTime();
    if (!consumer.assignment().isEmpty()) {
      isGone = false;
      assignedNs = nowNs;
    } else if (!isGone && nowNs - assignedNs > UNASSIGNED_NS) {
      assignedNs = nowNs;
      isGone = identity.isGone();
      if (isGone) {
        sink.problem(
            "topic '%s' was deleted; it is read again when somebody has made it".formatted(topic));
      }
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
        if (!startsOver(consumer, sink)) {
          skipDeleted(consumer, outOfRange.offsetOutOfRangePartitions(), sink);
        }
      } else {
        consumer.seekToBeginning(e.partitions()); // a new group
      }
      return ConsumerRecords.empty();
    }
  }

  /** Reads the topic from its beginning if it is another one than before, by the same name. */
  private boolean startsOver(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink) {
    if (!identity.changes()) {
      return false;
    }
    sink.problem(madeAgain());
    forget(consumer.assignment());
    consumer.seekToBeginning(consumer.assignment());
    return true; // the numbers are still known, and tell what nobody has read of the first one
  }

  private String madeAgain() {
    return "topic '%s' was deleted and made again; it is read from its beginning".formatted(topic);
  }

  /** What was read of these partitions is neither committed nor looked for any more. */
  private void forget(Collection<TopicPartition> partitions) {
    settled.forget(partitions);
    before.forget(partitions);
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
    forget(wanted.keySet());
    numbers.forget(wanted.keySet()); // they are reported
  }

  private void handOver(
      ConsumerRecords<byte[], byte[]> records,
      KafkaConsumer<byte[], byte[]> consumer,
      RecordSink sink) {
    var next = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String missing = numbers.missingBefore(record);
      if (missing != null) {
        if (isTimeToAsk() && startsOver(consumer, sink)) {
          return; // the offsets so far are those of the topic that was deleted
        }
        numbers.seen(record);
        if (reportsGaps) {
          sink.problem(missing);
        }
      }
      if (before.isDelivered(record)) {
        sink.note("records that an earlier run had delivered, not delivered again");
      } else {
        handOver(record, sink);
      }
      var partition = new TopicPartition(record.topic(), record.partition());
      next.put(partition, new OffsetAndMetadata(record.offset() + 1, identity.mark()));
    }
    settled.handedOver(sink.accepted(), next);
  }

  /** There may be many gaps, and to ask takes some time. */
  private boolean isTimeToAsk() {
    long nowNs = System.nanoTime();
    boolean isTime = nowNs - askedNs > ASK_NS;
    askedNs = isTime ? nowNs : askedNs;
    return isTime;
  }

  private void handOver(ConsumerRecord<byte[], byte[]> record, RecordSink sink) {
    AuditRecord parsed = parser.parse(record);
    if (parsed == null) {
      sink.problem(
          "topic '%s' partition %d offset %d: is no audit line"
              .formatted(topic, record.partition(), record.offset()));
      return;
    }
    sink.accept(parsed);
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
    boolean isAnother = identity.changes();
    if (!isAnother) {
      numbers.forget(partitions); // somebody else may have read on
    }
    try {
      isAnother |= before.look(consumer, partitions, sink);
    } catch (RetriableException e) {
      return; // the next time: until then they are not read
    }
    if (isAnother) {
      sink.problem(madeAgain());
    }
    unread.clear();
    consumer.resume(partitions);
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
    topicWait.close();
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
        lose(partitions);
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      lose(partitions);
    }

    private void lose(Collection<TopicPartition> partitions) {
      forget(partitions);
      unread.removeAll(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      consumer.pause(partitions);
      unread.addAll(partitions);
    }
  }
}
