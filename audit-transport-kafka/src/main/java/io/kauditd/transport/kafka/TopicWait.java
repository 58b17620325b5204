// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.Durations;
import io.kauditd.spi.SendError;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a source wait at its start for brokers that are not there yet, and says so once. What does
 * not change by itself ends the wait: a topic that is missing, a log-in or an access that is
 * refused, wrong settings.
 *
 * <p><b>Thread</b>: the source's; any may {@link #close}.
 */
final class TopicWait {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final TopicCheck topic;
  private final KafkaFailure.Place place;
  private final Consumer<String> report;
  private final Helper helper = new Helper();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /**
   * Waits for a topic.
   *
   * @param report is told when it has to wait, and when that is over
   */
  TopicWait(TopicCheck topic, KafkaFailure.Place place, Consumer<String> report) {
    this.topic = topic;
    this.place = place;
    this.report = report;
  }

  /** Returns why the topic cannot be read; null if it can, or nobody wants it any more. */
  @Nullable KafkaFailure await() {
    long startNs = System.nanoTime();
    Duration pause = FIRST_PAUSE;
    boolean waits = false;
    try {
      while (true) {
        KafkaFailure failure = ask();
        if (closed.isDone()) {
          return null;
        }
        if (failure == null || !passes(failure)) {
          if (failure == null && waits) {
            report.accept(
                "topic '%s' can be read, after %s"
                    .formatted(
                        place.topic(),
                        Durations.inWords(Duration.ofNanos(System.nanoTime() - startNs))));
          }
          return failure;
        }
        if (!waits) {
          waits = true;
          report.accept(
              "topic '%s' cannot be read yet: %s; it is tried again"
                  .formatted(place.topic(), failure.reason()));
        }
        pause(pause);
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new KafkaFailure(SendError.EIO, "interrupted");
    } finally {
      helper.close();
    }
  }

  /** Asks on the helper's thread, because a broker that hangs takes longer than closing may. */
  private @Nullable KafkaFailure ask() throws InterruptedException {
    var answer = CompletableFuture.supplyAsync(topic::readFailure, helper.thread());
    try {
      CompletableFuture.anyOf(answer, closed).get();
    } catch (ExecutionException e) {
      return KafkaFailure.of(e, place);
    }
    return answer.getNow(null);
  }

  private void pause(Duration longest) throws InterruptedException {
    try {
      closed.get(longest.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // the pause is over
    } catch (ExecutionException e) {
      throw new AssertionError(e); // nobody completes it so
    }
  }

  /** Whether a failure may pass by itself. */
  private boolean passes(KafkaFailure failure) {
    return switch (failure.error()) {
      case EAGAIN -> true;
      case ECONNREFUSED -> !failure.equals(KafkaFailure.missing(place));
      default -> false;
    };
  }

  /** Ends the wait. Any thread. */
  void close() {
    closed.complete(null);
  }
}
