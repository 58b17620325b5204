// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each partition may be committed. Records that were read together are remembered with the
 * sink's position behind them, until the sink says that this position is settled. The number of
 * entries is limited: if there is no room for another, it is merged with the youngest. For one
 * thread.
 */
final class Settled {
  private static final int MAX_WAITING = 1_000;

  private final Deque<Read> waiting = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> ready = new HashMap<>();

  private static final class Read {
    private long position;
    private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
  }

  /** These are the next offsets behind what was handed over up to a position of the sink. */
  void handedOver(long position, Map<TopicPartition, OffsetAndMetadata> next) {
    if (next.isEmpty()) {
      return;
    }
    Read read = waiting.size() < MAX_WAITING ? new Read() : waiting.removeLast();
    read.position = position;
    read.next.putAll(next);
    waiting.addLast(read);
  }

  /** The sink has settled all up to a position; what may be committed and was not yet. */
  Map<TopicPartition, OffsetAndMetadata> upTo(long settled) {
    while (!waiting.isEmpty() && waiting.getFirst().position <= settled) {
      ready.putAll(waiting.removeFirst().next);
    }
    return Map.copyOf(ready);
  }

  /** These were committed. */
  void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach((partition, offset) -> ready.remove(partition, offset));
  }

  /** These partitions are read by somebody else now. */
  void forget(Collection<TopicPartition> partitions) {
    ready.keySet().removeAll(partitions);
    waiting.forEach(read -> read.next.keySet().removeAll(partitions));
  }
}
