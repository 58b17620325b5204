// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads a topic with one consumer, hands over what it reads, and commits what is settled.
 *
 * <p><b>Thread</b>: the one that reads. Others may call {@link #wakeUp}.
 */
final class TopicReader implements ConsumerRebalanceListener {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration COMMIT = Duration.ofSeconds(2);

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

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RecordSink sink;
  private final ReadSettings settings;
  private final Settled settled;
  private final BooleanSupplier isClosed;
  private final LineParser parser;
  private final TopicIdentity identity;
  private final NumberWatch numbers = new NumberWatch();
  private final ReadBefore before;

  /** Partitions that were assigned, and of which it is not known what an earlier run has read. */
  private final Set<TopicPartition> unread = new HashSet<>();

  private boolean isGone;
  private long askedNs = System.nanoTime() - ASK_NS;
  private long assignedNs = System.nanoTime();

  /**
   * Reads nothing yet.
   *
   * @param settled learns which offsets may be committed
   * @param isClosed whether nobody wants more
   */
  TopicReader(
      KafkaConsumer<byte[], byte[]> consumer,
      RecordSink sink,
      ReadSettings settings,
      Settled settled,
      BooleanSupplier isClosed) {
    this.consumer = consumer;
    this.sink = sink;
    this.settings = settings;
    this.settled = settled;
    this.isClosed = isClosed;
    parser = new LineParser(settings.addsNode());
    identity = new TopicIdentity(settings.topicCheck());
    before = new ReadBefore(settings, parser, identity, numbers, isClosed);
  }

  /** Reads until the source is closed, and commits what is delivered within a moment then. */
  void read() throws IOException {
    consumer.subscribe(List.of(settings.topic()), this);
    try {
      while (!isClosed.getAsBoolean()) {
        lookBack();
        handOver(poll());
        commit();
        lookForTopic();
      }
    } catch (WakeupException e) {
      // closed
    }
    commitLast();
  }

  /** Ends a wait for records. <b>Thread</b>: any. */
  void wakeUp() {
    consumer.wakeup();
  }

  /** Says once that the topic was deleted: the client waits for it to come again, in silence. */
  private void lookForTopic() {
    long nowNs = System.nanoTime();
    if (!consumer.assignment().isEmpty()) {
      isGone = false;
      assignedNs = nowNs;
    } else if (!isGone && nowNs - assignedNs > UNASSIGNED_NS) {
      assignedNs = nowNs;
      isGone = identity.isGone();
      if (isGone) {
        sink.problem(
            "topic '%s' was deleted; it is read again when somebody has made it"
                .formatted(settings.topic()));
      }
    }
  }

  /**
   * Commits what is delivered within a moment, while it is still a member of the group. Later only
   * {@link KafkaSource#finish} can, and only if the group has no other member.
   */
  private void commitLast() {
    awaitDelivery(LAST_DELIVERY, () -> false);
    try {
      commit();
    } catch (WakeupException e) {
      commit(); // close() came after the last poll
    }
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(POLL);
    } catch (InvalidOffsetException e) {
      if (!settings.client().isReadFromTheBeginning()) {
        throw e;
      }
      if (e instanceof OffsetOutOfRangeException outOfRange) {
        if (!startsOver()) {
          skipDeleted(outOfRange.offsetOutOfRangePartitions());
        }
      } else {
        consumer.seekToBeginning(e.partitions()); // a new group
      }
      return ConsumerRecords.empty();
    }
  }

  /** Reads the topic from its beginning if it is another one than before, by the same name. */
  private boolean startsOver() {
    if (!identity.changes()) {
      return false;
    }
    sink.problem(madeAgain());
    forget(consumer.assignment());
    consumer.seekToBeginning(consumer.assignment());
    return true; // the numbers are still known, and tell what nobody has read of the first one
  }

  private String madeAgain() {
    return "topic '%s' was deleted and made again; it is read from its beginning"
        .formatted(settings.topic());
  }

  /** What was read of these partitions is neither committed nor looked for any more. */
  private void forget(Collection<TopicPartition> partitions) {
    settled.forget(partitions);
    before.forget(partitions);
  }

  /** Goes on with what is there. Kafka's client would do so as well, but say nothing. */
  private void skipDeleted(Map<TopicPartition, Long> wanted) {
    Map<TopicPartition, Long> begin = consumer.beginningOffsets(wanted.keySet());
    wanted.forEach((partition, offset) -> {
      long first = begin.getOrDefault(partition, 0L);
      String what =
          offset < first
              ? "offsets %d to %d were deleted before they were read".formatted(offset, first - 1)
              : "has no offset %d any more; it is read from its beginning".formatted(offset);
      sink.problem(
          "topic '%s' partition %d: %s".formatted(settings.topic(), partition.partition(), what));
      consumer.seek(partition, first);
    });
    forget(wanted.keySet());
    numbers.forget(wanted.keySet()); // they are reported
  }

  private void handOver(ConsumerRecords<byte[], byte[]> records) {
    var next = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
      for (ConsumerRecord<byte[], byte[]> record : read) {
        if (isOfAnother(partition, record)) {
          return; // the offsets so far are those of the topic that was deleted
        }
        if (before.isDelivered(partition, record)) {
          sink.note("records that an earlier run had delivered, not delivered again");
        } else {
          handOver(record);
        }
      }
      next.put(partition, new OffsetAndMetadata(read.getLast().offset() + 1, identity.mark()));
    }
    settled.handedOver(sink.accepted(), next);
  }

  /** Looks at the number of a record: one that leaves numbers out may be another topic's. */
  private boolean isOfAnother(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    String missing = numbers.missingBefore(partition, record);
    if (missing == null) {
      return false;
    }
    if (isTimeToAsk() && startsOver()) {
      return true;
    }
    numbers.seen(partition, record);
    if (settings.reportsGaps()) {
      sink.problem(missing);
    }
    return false;
  }

  /** There may be many gaps, and to ask takes some time. */
  private boolean isTimeToAsk() {
    long nowNs = System.nanoTime();
    boolean isTime = nowNs - askedNs > ASK_NS;
    askedNs = isTime ? nowNs : askedNs;
    return isTime;
  }

  private void handOver(ConsumerRecord<byte[], byte[]> record) {
    AuditRecord parsed = parser.parse(record);
    if (parsed == null) {
      sink.problem(
          "topic '%s' partition %d offset %d: is no audit line"
              .formatted(settings.topic(), record.partition(), record.offset()));
      return;
    }
    sink.accept(parsed);
  }

  /** Looks for what an earlier run has delivered of the partitions that are read from now on. */
  private void lookBack() throws IOException {
    if (unread.isEmpty()) {
      return;
    }
    var partitions = Set.copyOf(unread);
    awaitDelivery(COME_BACK, isClosed); // the log has what this run has read of them before
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
  private void awaitDelivery(Duration longest, BooleanSupplier givesUp) {
    long position = sink.accepted();
    long endNs = System.nanoTime() + longest.toNanos();
    while (!givesUp.getAsBoolean()
        && position < Long.MAX_VALUE
        && sink.settled() < position
        && System.nanoTime() - endNs < 0) {
      LockSupport.parkNanos(LOOK_NS);
    }
  }

  private void commit() {
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
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    if (!isClosed.getAsBoolean()) {
      awaitDelivery(HAND_ON, isClosed);
      commit();
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
