// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.SendError;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Makes the producer of a transport, on the helper's thread, unless the topic cannot be written.
 */
final class Opener {
  private static final Duration PARTITIONS_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TRANSACTIONS_TIMEOUT = Duration.ofSeconds(20);

  private final ClientSettings settings;
  private final KafkaFailure.Place place;
  private final TopicCheck topic;
  private final Duration sendTimeout;
  private final @Nullable String transactionalId;

  /** Guards the hand-over of a producer: it is taken, or closed with the opener. */
  private final Object lock = new Object();

  private @Nullable Producer<byte[], byte[]> made;
  private boolean closed;

  /**
   * The result of connecting.
   *
   * @param producer null if it failed
   * @param topic the id of the topic that the producer writes; null if it failed
   * @param progress how far the topic has the instance's records; null without transactions
   */
  record Opened(
      @Nullable Producer<byte[], byte[]> producer,
      @Nullable Uuid topic,
      @Nullable OffsetAndMetadata progress,
      @Nullable KafkaFailure failure) {}

  Opener(
      ClientSettings settings,
      KafkaFailure.Place place,
      TopicCheck topic,
      Duration sendTimeout,
      @Nullable String transactionalId) {
    this.settings = settings;
    this.place = place;
    this.topic = topic;
    this.sendTimeout = sendTimeout;
    this.transactionalId = transactionalId;
  }

  /** Closes a producer that nobody has taken. Any thread. */
  void close() {
    Producer<byte[], byte[]> left;
    synchronized (lock) {
      closed = true;
      left = made;
      made = null;
    }
    if (left != null) {
      left.close(Duration.ZERO);
    }
  }

  /** The producer of {@link #open} is the caller's now. */
  void taken() {
    synchronized (lock) {
      made = null;
    }
  }

  private Opened handedOver(
      Producer<byte[], byte[]> producer,
      @Nullable Uuid topicId,
      @Nullable OffsetAndMetadata progress) {
    synchronized (lock) {
      if (!closed) {
        made = producer;
        return new Opened(producer, topicId, progress, null);
      }
    }
    return failed(producer, new KafkaFailure(SendError.EIO, "closed meanwhile"));
  }

  /** Connects. Bounded, but not by a second. */
  Opened open() {
    TopicCheck.Answer answer = topic.askToWrite();
    KafkaFailure failure = answer.failure();
    if (failure != null) {
      return failed(null, failure);
    }
    Producer<byte[], byte[]> producer = null;
    try {
      producer = new KafkaProducer<>(settings.producer(sendTimeout, transactionalId));
      OffsetAndMetadata progress = null;
      if (transactionalId != null) {
        beginTransactions(producer);
        progress = progress(transactionalId);
      } else {
        partitions(producer);
      }
      return handedOver(producer, answer.id(), progress);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      return failed(producer, KafkaFailure.of(e, place));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(producer, new KafkaFailure(SendError.EIO, "closed meanwhile"));
    }
  }

  private static Opened failed(@Nullable Producer<byte[], byte[]> producer, KafkaFailure failure) {
    if (producer != null) {
      producer.close(Duration.ZERO);
    }
    return new Opened(null, null, null, failure);
  }

  /** Ends what an earlier producer of the same id has left open, which nobody else can do then. */
  private static void beginTransactions(Producer<byte[], byte[]> producer) {
    long endNs = System.nanoTime() + TRANSACTIONS_TIMEOUT.toNanos();
    while (true) {
      try {
        producer.initTransactions();
        return;
      } catch (org.apache.kafka.common.errors.TimeoutException e) {
        if (System.nanoTime() - endNs > 0) {
          throw e;
        }
      }
    }
  }

  /** Lets the client learn where the topic is, so that the first batch does not wait for it. */
  private void partitions(Producer<byte[], byte[]> producer) {
    long endNs = System.nanoTime() + PARTITIONS_TIMEOUT.toNanos();
    while (true) {
      try {
        producer.partitionsFor(place.topic());
        return;
      } catch (org.apache.kafka.common.errors.TimeoutException e) {
        if (System.nanoTime() - endNs > 0) {
          throw e;
        }
      }
    }
  }

  private @Nullable OffsetAndMetadata progress(String group)
      throws ExecutionException, InterruptedException, TimeoutException {
    try (Admin admin = Admin.create(settings.admin(TRANSACTIONS_TIMEOUT))) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin
              .listConsumerGroupOffsets(
                  group, new ListConsumerGroupOffsetsOptions().requireStable(true))
              .partitionsToOffsetAndMetadata()
              .get(TRANSACTIONS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return offsets.get(Progress.partition(place.topic()));
    }
  }
}
