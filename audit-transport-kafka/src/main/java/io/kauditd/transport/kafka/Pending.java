// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record that was handed to Kafka's client, and what became of it.
 *
 * <p><b>Threads</b>: the client's thread answers, once; any thread may look.
 */
final class Pending implements Callback {
  private static final Object ACKNOWLEDGED = new Object();

  private final AuditRecord record;
  private final int lengthBytes;
  private final Waiter waiter;
  private volatile @Nullable Object answer;

  Pending(AuditRecord record, int lengthBytes, Waiter waiter) {
    this.record = record;
    this.lengthBytes = lengthBytes;
    this.waiter = waiter;
  }

  AuditRecord record() {
    return record;
  }

  /** The length of what was handed over for it. */
  int lengthBytes() {
    return lengthBytes;
  }

  /** Whether it is this record that was handed over. */
  boolean isOf(AuditRecord other) {
    return record.number() == other.number() && record.equals(other);
  }

  @Override
  public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
    answer = exception == null ? ACKNOWLEDGED : exception;
    waiter.answered(this, exception != null);
  }

  boolean isAnswered() {
    return answer != null;
  }

  /** Whether the brokers have it. */
  boolean isAcknowledged() {
    return answer == ACKNOWLEDGED;
  }

  /** Why it was not taken; null while it may still be, or if it was. */
  @Nullable Exception failure() {
    return answer instanceof Exception e ? e : null;
  }
}
