// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends a batch in a transaction, which also writes how far the topic has the instance's records.
 * Records that the topic has already are not sent, and count as taken.
 *
 * <p>A transaction that is not committed in time stays open, and the next call goes on with it: the
 * engine offers the same records again, in the same order, but perhaps fewer of them.
 */
final class TransactionLink implements Link {
  private final Producer<byte[], byte[]> producer;
  private final RecordEncoder encoder;
  private final KafkaFailure.Place place;
  private final Duration sendTimeout;
  private final Stall stall;
  private final Progress progress;
  private final ConsumerGroupMetadata group;
  private final Waiter waiter = new Waiter();

  /** The records of the transaction that is open; empty if none is. */
  private List<Pending> open = new ArrayList<>();

  /** The transaction that is open has no records, but says what is taken; null if it has some. */
  private @Nullable AuditRecord noting;

  private boolean isCommitting;
  private @Nullable KafkaFailure broken;

  @SuppressWarnings("removal") // it is to become an interface, and there is no other way yet
  TransactionLink(
      Producer<byte[], byte[]> producer,
      RecordEncoder encoder,
      KafkaFailure.Place place,
      Duration sendTimeout,
      Stall stall,
      Progress progress,
      String group) {
    this.producer = producer;
    this.encoder = encoder;
    this.place = place;
    this.sendTimeout = sendTimeout;
    this.stall = stall;
    this.progress = progress;
    this.group = new ConsumerGroupMetadata(group);
  }

  @Override
  public SendResult send(RecordBatch batch) {
    long deadlineNs = System.nanoTime() + sendTimeout.toNanos();
    var records = new ArrayList<AuditRecord>();
    long last = 0;
    while (records.size() < MAX_RECORDS) {
      AuditRecord record = batch.next();
      if (record == null || isRepeated(record, last)) {
        break;
      }
      records.add(record);
      last = record.number();
    }
    return noted(records, sendWhatIsMissing(records, deadlineNs));
  }

  /**
   * The engine takes up what the topic has, but not all of it, since it offers fewer records than
   * before. If it were killed now, nobody would know the record that it goes on with. So that is
   * written first.
   */
  private SendResult noted(List<AuditRecord> records, SendResult result) {
    if (result.taken() == 0) {
      return result;
    }
    AuditRecord last = records.get(result.taken() - 1);
    if (!progress.hasMoreThan(last)) {
      return result;
    }
    KafkaFailure before = broken;
    if (before != null) {
      return failed(0, before);
    }
    try {
      endNote();
      noting = last;
      producer.beginTransaction();
      endNote();
      return result;
    } catch (TimeoutException e) {
      return failed(0, stall.failure(sendTimeout));
    } catch (KafkaException | IllegalStateException e) {
      return failed(0, breaks(e));
    }
  }

  /** Commits a transaction without records, if one is open. */
  private void endNote() {
    AuditRecord last = noting;
    if (last != null) {
      commit(progress.behind(last));
      noting = null;
      progress.committedBehind(last);
    }
  }

  /**
   * Whether the record is in the batch already: two queues have it if the program was killed while
   * it moved from one to the other. It is not sent with the batch, and skipped with the next.
   */
  private static boolean isRepeated(AuditRecord record, long last) {
    return record.number() > 0 && record.number() <= last;
  }

  private SendResult sendWhatIsMissing(List<AuditRecord> records, long deadlineNs) {
    int skipped = 0;
    while (skipped < records.size() && progress.has(records.get(skipped))) {
      skipped++;
    }
    if (skipped == records.size()) {
      return SendResult.sent(skipped);
    }
    SendResult result = deliver(records.subList(skipped, records.size()), deadlineNs);
    int taken = skipped + result.taken();
    SendError error = result.error();
    if (error == null || taken >= records.size()) { // the rest was not offered this time
      return SendResult.sent(Math.min(taken, records.size()));
    }
    return SendResult.failed(taken, error, String.valueOf(result.reason()));
  }

  private static SendResult failed(int taken, KafkaFailure failure) {
    return SendResult.failed(taken, failure.error(), failure.reason());
  }

  private SendResult deliver(List<AuditRecord> records, long deadlineNs) {
    KafkaFailure before = broken;
    if (before != null) {
      return failed(0, before);
    }
    try {
      endNote();
      if (!goesOnWith(records)) {
        if (isCommitting) {
          commit();
          return sendWhatIsMissing(records, deadlineNs); // what was committed may be among them
        }
        if (!open.isEmpty()) {
          abort();
        }
      }
      if (open.isEmpty()) {
        KafkaFailure unsent = begin(records);
        if (open.isEmpty()) {
          return failed(0, unsent != null ? unsent : stall.failure(sendTimeout));
        }
      }
      return end(deadlineNs);
    } catch (TimeoutException e) {
      return failed(0, stall.failure(sendTimeout));
    } catch (KafkaException | IllegalStateException e) {
      return failed(0, breaks(e));
    }
  }

  /** Whether the open transaction has the first of these records, or all of them and more. */
  private boolean goesOnWith(List<AuditRecord> records) {
    for (int i = 0; i < Math.min(open.size(), records.size()); i++) {
      AuditRecord sent = open.get(i).record();
      if (sent.number() != records.get(i).number() || !sent.equals(records.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Begins a transaction; returns why the record behind those that it has was not handed over. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told
  private @Nullable KafkaFailure begin(List<AuditRecord> records) {
    KafkaFailure stopped = null;
    var row = new ArrayList<Pending>();
    long bytes = 0;
    for (AuditRecord record : records) {
      ProducerRecord<byte[], byte[]> encoded = encoder.encode(record);
      if (encoded == null) {
        stopped = new KafkaFailure(SendError.REJECTED, "its line is longer than one may be");
        break;
      }
      if (row.isEmpty()) {
        producer.beginTransaction();
      }
      var pending = new Pending(record, encoded.value().length, waiter);
      row.add(pending);
      producer.send(encoded, pending);
      bytes += pending.lengthBytes();
      if (pending.failure() != null || bytes >= MAX_BYTES) {
        break;
      }
    }
    open = row;
    return stopped;
  }

  private SendResult end(long deadlineNs) {
    waiter.await(open, deadlineNs);
    for (int i = 0; i < open.size(); i++) {
      Exception thrown = open.get(i).failure();
      if (thrown != null) {
        return withdrawn(i, KafkaFailure.of(thrown, place), deadlineNs);
      }
      if (!open.get(i).isAnswered()) {
        return failed(0, stall.failure(sendTimeout));
      }
    }
    int count = open.size();
    commit();
    stall.over();
    return SendResult.sent(count);
  }

  /** Gives up the transaction: one of its records was not taken. Those before it go alone. */
  private SendResult withdrawn(int failed, KafkaFailure failure, long deadlineNs) {
    if (failure.error() != SendError.REJECTED) {
      if (failure.error() == SendError.EAGAIN) {
        abort();
        return failed(0, failure);
      }
      broken = failure;
      return failed(0, failure);
    }
    List<AuditRecord> good = open.subList(0, failed).stream().map(Pending::record).toList();
    abort();
    if (good.isEmpty()) {
      return failed(0, failure);
    }
    begin(good);
    SendResult result = end(deadlineNs);
    return result.error() == null && result.taken() == failed ? failed(failed, failure) : result;
  }

  private void commit() {
    commit(progress.after(open));
    progress.committed(open);
    open = new ArrayList<>();
  }

  private void commit(@Nullable OffsetAndMetadata after) {
    if (!isCommitting) {
      if (after != null) {
        producer.sendOffsetsToTransaction(Map.of(Progress.partition(place.topic()), after), group);
      }
      isCommitting = true;
    }
    producer.commitTransaction();
    isCommitting = false;
  }

  private void abort() {
    producer.abortTransaction();
    open = new ArrayList<>();
  }

  private KafkaFailure breaks(RuntimeException thrown) {
    KafkaFailure failure = KafkaFailure.of(thrown, place);
    if (!failure
        .error()
        .endsConnection()) { // the transaction is in a state that only a new one ends
      failure = new KafkaFailure(SendError.EIO, failure.reason());
    }
    broken = failure;
    return failure;
  }

  @Override
  public void abandon() {
    producer.close(Duration.ZERO);
  }
}
