// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.RecordsInDoubt;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a batch, and waits for its acknowledgements.
 *
 * <p>A record that is not acknowledged in time stays with the client, which goes on trying, and is
 * remembered here as late. When the engine offers a late record again, it is waited for once more
 * and not sent a second time. So a broker that stalls causes no duplicates.
 *
 * <p>A full batch is waited for up to its middle. While the broker is at the second half, the
 * engine offers that again with more behind it, so the broker always has something to do. What is
 * under way at the end of the time stays so as well, if some was acknowledged: that is no stall.
 */
final class PlainLink implements Link {
  /** Late records that the engine does not offer again, since it has dropped them, end here. */
  private static final int MAX_LATE = 2 * MAX_RECORDS;

  private final Producer<byte[], byte[]> producer;
  private final RecordEncoder encoder;
  private final KafkaFailure.Place place;
  private final Duration sendTimeout;
  private final Stall stall;
  private final Waiter waiter = new Waiter();
  private final RecordsInDoubt inDoubt;

  /** Under way when the call before returned, and offered again next, in the same order. */
  private final Deque<Pending> ahead = new ArrayDeque<>();

  private final Map<RecordKey, Deque<Pending>> late = new LinkedHashMap<>();
  private int lateCount;
  private long rowBytes;

  PlainLink(
      Producer<byte[], byte[]> producer,
      RecordEncoder encoder,
      KafkaFailure.Place place,
      Duration sendTimeout,
      Stall stall,
      RecordsInDoubt inDoubt) {
    this.producer = producer;
    this.encoder = encoder;
    this.place = place;
    this.sendTimeout = sendTimeout;
    this.stall = stall;
    this.inDoubt = inDoubt;
  }

  @Override
  public SendResult send(RecordBatch batch) {
    long deadlineNs = System.nanoTime() + sendTimeout.toNanos();
    var row = new ArrayList<Pending>();
    KafkaFailure stopped = handOver(batch, row);
    boolean isFull = row.size() == MAX_RECORDS || rowBytes >= MAX_BYTES;
    waiter.await(isFull ? row.subList(0, row.size() / 2 + 1) : row, deadlineNs);
    int taken = 0;
    while (taken < row.size() && row.get(taken).isAcknowledged()) {
      taken++;
    }
    KafkaFailure failure = stopped;
    if (taken < row.size()) {
      Exception thrown = row.get(taken).failure();
      if (thrown == null && taken > 0) {
        row.subList(taken, row.size()).reversed().forEach(ahead::addFirst);
        stall.over();
        return SendResult.sent(taken);
      }
      failure = thrown != null ? KafkaFailure.of(thrown, place) : stall.failure(sendTimeout);
    }
    if (failure != null && failure.isSilence()) {
      failure = stall.failure(sendTimeout);
    }
    row.subList(taken, row.size()).forEach(this::keep);
    keepAhead();
    if (failure == null) {
      stall.over();
      return SendResult.sent(taken);
    }
    if (taken > 0) {
      stall.over();
    }
    return SendResult.failed(taken, failure.error(), failure.reason());
  }

  /** Hands records to the client. If one could not be handed over, returns why. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told
  private @Nullable KafkaFailure handOver(RecordBatch batch, List<Pending> row) {
    rowBytes = 0;
    while (row.size() < MAX_RECORDS && rowBytes < MAX_BYTES) {
      AuditRecord record = batch.next();
      if (record == null) {
        return null;
      }
      Pending pending = adopted(record);
      if (pending == null) {
        ProducerRecord<byte[], byte[]> encoded = encoder.encode(record);
        if (encoded == null) {
          return new KafkaFailure(SendError.REJECTED, "its line is longer than one may be");
        }
        pending = new Pending(record, encoded.value().length, waiter);
        try {
          producer.send(encoded, pending);
        } catch (KafkaException | IllegalStateException e) {
          return KafkaFailure.of(e, place);
        }
        Exception thrown = pending.failure();
        if (thrown != null) { // nothing was handed over: no room, or no such topic
          return KafkaFailure.of(thrown, place);
        }
        inDoubt.writes(record);
      }
      row.add(pending);
      rowBytes += pending.lengthBytes();
    }
    return null;
  }

  private @Nullable Pending adopted(AuditRecord record) {
    Pending next = ahead.poll();
    if (next != null) {
      if (next.isOf(record)) {
        return next;
      }
      keep(next);
      keepAhead();
    }
    if (late.isEmpty()) {
      return null;
    }
    RecordKey key = RecordKey.of(record);
    Deque<Pending> same = late.get(key);
    if (same == null) {
      return null;
    }
    Pending first = same.remove();
    lateCount--;
    if (same.isEmpty()) {
      late.remove(key);
    }
    return first;
  }

  /** The engine offers others than those that were under way. */
  private void keepAhead() {
    ahead.forEach(this::keep);
    ahead.clear();
  }

  private void keep(Pending pending) {
    Exception failure = pending.failure();
    if (failure != null) { // the client has given it up: it is sent again
      if (KafkaFailure.of(failure, place).mayHaveArrived()) {
        inDoubt.add(pending.record());
      }
      return;
    }
    late.computeIfAbsent(RecordKey.of(pending.record()), key -> new ArrayDeque<>()).add(pending);
    lateCount++;
    while (lateCount > MAX_LATE) {
      var eldest = late.entrySet().iterator();
      Deque<Pending> forgotten = eldest.next().getValue();
      forgotten.forEach(each -> inDoubt.add(each.record()));
      lateCount -= forgotten.size();
      eldest.remove();
    }
  }

  @Override
  public void abandon() {
    producer.close(Duration.ZERO);
    keepAhead();
    late.values().forEach(same -> same.forEach(each -> inDoubt.add(each.record())));
    late.clear();
  }
}
