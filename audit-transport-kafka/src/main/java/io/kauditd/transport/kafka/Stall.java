// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.Durations;
import io.kauditd.spi.SendError;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Tells brokers that take nothing just now from brokers that are gone: when no acknowledgement has
 * come in time, it checks whether any of them takes a connection. If the silence lasts, it asks for
 * the topic, which may have been removed, or made again. The transport's helper thread does both,
 * because looking up names can take long.
 *
 * <p><b>Thread</b>: kauditd.
 */
final class Stall {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final long ASK_AFTER_NS = TimeUnit.SECONDS.toNanos(3);

  private final Helper helper;
  private final TopicCheck topic;
  private final @Nullable Uuid begun;
  private final KafkaFailure.Place place;
  private long sinceNs;
  private boolean stalled;
  private @Nullable Future<@Nullable KafkaFailure> question;

  /**
   * Nothing has stalled yet.
   *
   * @param begun the id of the topic when the producer began; null if it is not known
   */
  Stall(Helper helper, TopicCheck topic, @Nullable Uuid begun, KafkaFailure.Place place) {
    this.helper = helper;
    this.topic = topic;
    this.begun = begun;
    this.place = place;
  }

  /** Something was acknowledged. */
  void over() {
    stalled = false;
    question = null;
  }

  /** What to say of a record that was not acknowledged within a time. */
  KafkaFailure failure(Duration waited) {
    long nowNs = System.nanoTime();
    if (!stalled) {
      stalled = true;
      sinceNs = nowNs;
    }
    KafkaFailure answer = ask(nowNs - sinceNs > ASK_AFTER_NS);
    return answer != null
        ? answer
        : new KafkaFailure(
            SendError.EAGAIN,
            place.bootstrap() + " has acknowledged nothing for " + Durations.inWords(waited));
  }

  private @Nullable KafkaFailure ask(boolean forTopic) {
    Future<@Nullable KafkaFailure> asked = question;
    if (asked == null) {
      asked =
          helper.thread().submit(forTopic ? () -> topic.failureSince(begun) : topic::reachFailure);
      question = asked;
    }
    boolean interrupted = Thread.interrupted();
    try {
      KafkaFailure answer = asked.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      question = null;
      return answer;
    } catch (TimeoutException e) {
      return null; // asked again with the next failure
    } catch (ExecutionException e) {
      question = null;
      return null;
    } catch (InterruptedException e) {
      interrupted = true;
      return null;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
