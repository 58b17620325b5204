// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What earlier runs, or other programs of the group, have read of the partitions that a source
 * reads from now on: what they have delivered and not committed, and the last number of each
 * instance. For one thread.
 */
final class ReadBefore {
  private static final Duration POLL = Duration.ofMillis(100);

  private final ReadSettings settings;
  private final LineParser parser;
  private final TopicIdentity identity;
  private final NumberWatch numbers;
  private final BooleanSupplier givesUp;

  /** The offsets of what earlier runs have delivered and not committed. */
  private final Map<TopicPartition, Set<Long>> delivered = new HashMap<>();

  /**
   * Knows nothing yet.
   *
   * @param givesUp whether nobody wants to know any more
   */
  ReadBefore(
      ReadSettings settings,
      LineParser parser,
      TopicIdentity identity,
      NumberWatch numbers,
      BooleanSupplier givesUp) {
    this.settings = settings;
    this.parser = parser;
    this.identity = identity;
    this.numbers = numbers;
    this.givesUp = givesUp;
  }

  /** Whether an earlier run has delivered a record. */
  boolean isDelivered(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    return delivered.getOrDefault(partition, Set.of()).contains(record.offset());
  }

  /** Somebody else reads these partitions, or their offsets mean something else. */
  void forget(Collection<TopicPartition> partitions) {
    delivered.keySet().removeAll(partitions);
  }

  /**
   * Looks at what is before and behind the committed offsets.
   *
   * @return whether one of them is of another topic of the same name, which is read anew
   */
  boolean look(
      KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions, RecordSink sink)
      throws IOException {
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
    Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
    boolean isAnother = false;
    try (var reader =
        new KafkaConsumer<byte[], byte[]>(settings.client().consumer(settings.group()))) {
      for (TopicPartition each : partitions) {
        OffsetAndMetadata next = committed.get(each);
        long begin = first.getOrDefault(each, 0L);
        if (next != null && identity.isOfAnother(next.metadata())) {
          isAnother = true;
          consumer.seek(each, begin);
          continue;
        }
        if (next != null && next.metadata().isEmpty()) {
          sink.note("partitions read from an offset that somebody else has set");
        }
        long from = next == null ? begin : Math.max(begin, next.offset());
        long to = Math.min(end.getOrDefault(each, 0L), from + Redelivery.MAX_RECORDS);
        if (from < to) {
          reader.assign(List.of(each));
          reader.seek(each, Math.max(begin, from - Redelivery.MAX_BEFORE));
          delivered.put(each, look(reader, each, from, to).delivered(sink));
        }
      }
    } catch (InvalidOffsetException e) {
      // the brokers have deleted them meanwhile, which is reported when they are read
    }
    return isAnother;
  }

  private Redelivery look(
      KafkaConsumer<byte[], byte[]> reader, TopicPartition partition, long from, long to) {
    var redelivery = new Redelivery();
    while (!givesUp.getAsBoolean() && reader.position(partition) < to) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        if (record.offset() < from) {
          numbers.seen(partition, record);
        }
        AuditRecord parsed = parser.parse(record);
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
}
