// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Watches the numbers of the records of each instance, which increase by one, for those that never
 * came: the host has dropped them, or they were deleted before they were read. An instance that
 * begins again with 1 has queues in memory, and was started again. A lower number comes twice.
 *
 * <p>What came before the first record of an instance is not known. For one thread.
 */
final class NumberWatch {
  /** Others are not watched. One takes some 100 bytes. */
  private static final int MAX_INSTANCES = 100_000;

  private final Map<TopicPartition, Map<String, Long>> highest = new HashMap<>();
  private int instances;

  /** What is missing before a record, which is not taken note of then; null if nothing is. */
  @Nullable String missingBefore(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    return look(partition, record, false);
  }

  /** Takes note of a record, whatever is missing before it. */
  void seen(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    look(partition, record, true);
  }

  private @Nullable String look(
      TopicPartition partition, ConsumerRecord<byte[], byte[]> record, boolean inAnyCase) {
    long number = number(record.headers().lastHeader(HeaderName.NUMBER));
    Header header = record.headers().lastHeader(HeaderName.INSTANCE);
    if (number <= 0 || header == null || header.value() == null) {
      return null;
    }
    Map<String, Long> numbers = highest.computeIfAbsent(partition, any -> new HashMap<>());
    String instance = new String(header.value(), UTF_8);
    Long before = numbers.get(instance);
    if (before == null) {
      if (instances < MAX_INSTANCES) {
        instances++;
        numbers.put(instance, number);
      }
      return null;
    }
    if (number > before + 1 && !inAnyCase) {
      return missing(record, instance, before + 1, number - 1);
    }
    if (number > before || number == 1) {
      numbers.put(instance, number);
    }
    return null;
  }

  private static String missing(
      ConsumerRecord<byte[], byte[]> record, String instance, long first, long last) {
    String which =
        first == last ? "number " + first + " is" : "numbers " + first + " to " + last + " are";
    return "topic '%s' partition %d offset %d: %s missing before it, of instance '%s'"
        .formatted(record.topic(), record.partition(), record.offset(), which, instance);
  }

  /** 0 for what is no number. */
  private static long number(@Nullable Header header) {
    byte[] value = header == null ? null : header.value();
    try {
      return value == null ? 0 : Long.parseLong(new String(value, UTF_8));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Somebody else reads these partitions, or some of their records are known to be missing. */
  void forget(Collection<TopicPartition> partitions) {
    for (TopicPartition each : partitions) {
      Map<String, Long> numbers = highest.remove(each);
      instances -= numbers == null ? 0 : numbers.size();
    }
  }
}
