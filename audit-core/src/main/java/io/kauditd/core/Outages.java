// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import io.kauditd.spi.Durations;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Tells an operator in the program's own log when delivery stops, with the cause in words, and when
 * it works again, with what was lost meanwhile; and of the first record that is lost, what was full
 * and what to set. Lines of its own, which no printed record can use up.
 *
 * <p>Called by the owner alone, but for {@link #firstLoss}.
 */
final class Outages {
  /** A daemon that takes nothing for as long is said to; one that is slow for a moment is not. */
  private static final long STALL_NS = 1_000_000_000;

  private final String transport;
  private final boolean tells;
  private final LongSupplier nanoTime;
  private final LongSupplier lost;
  private final AtomicBoolean lossTold = new AtomicBoolean();
  private String cause = ""; // of the outage; empty if there is none
  private boolean opening;
  private long sinceNs;
  private long lostBefore;
  private boolean stalls;
  private long stalledSinceNs;

  /** For an engine whose transport has this id; one that does not tell is silent. */
  Outages(String transport, boolean tells, LongSupplier nanoTime, LongSupplier lost) {
    this.transport = transport;
    this.tells = tells;
    this.nanoTime = nanoTime;
    this.lost = lost;
  }

  void cannotBeOpened(String reason) {
    trouble("it cannot be opened: " + reason, true);
  }

  /** What could not be opened is open; one that lost its daemon has to take a record first. */
  void opened() {
    if (opening) {
      works();
    }
  }

  void unregistered() {
    trouble("its daemon has unregistered", true);
  }

  void sent(SendResult result) {
    SendError error = result.error();
    if (result.taken() > 0 || error == null || error == SendError.REJECTED) {
      works();
    }
    if (error == SendError.EAGAIN) {
      stalled(reason(result));
    } else if (error != null && error != SendError.REJECTED) {
      trouble("it has lost its daemon: " + error + reason(result), false);
    }
  }

  private static String reason(SendResult result) {
    return result.reason() == null ? "" : ": " + result.reason();
  }

  private void stalled(String reason) {
    long nowNs = nanoTime.getAsLong();
    if (!stalls) {
      stalls = true;
      stalledSinceNs = nowNs;
    } else if (nowNs - stalledSinceNs >= STALL_NS) {
      trouble("it takes nothing" + reason, false);
    }
  }

  private void trouble(String what, boolean atOpening) {
    if (!tells || what.equals(cause)) {
      return;
    }
    boolean first = cause.isEmpty();
    if (first) {
      sinceNs = nanoTime.getAsLong();
      lostBefore = lost.getAsLong();
    }
    opening = atOpening;
    // A cause that counts something, milliseconds or bytes, is the same one with another number.
    if (!withoutNumbers(what).equals(withoutNumbers(cause))) {
      EngineLog.warn(
          "delivery to '{}' {}: {}{}",
          transport,
          first ? "has stopped" : "does not go on",
          what,
          first ? "; records wait in the queues, and it is tried again" : "");
    }
    cause = what;
  }

  private static String withoutNumbers(String text) {
    return text.replaceAll("[0-9]+", "0");
  }

  private void works() {
    stalls = false;
    if (cause.isEmpty()) {
      return;
    }
    cause = "";
    opening = false;
    long count = lost.getAsLong() - lostBefore;
    EngineLog.info(
        "delivery to '{}' works again after {}; {}",
        transport,
        Durations.inWords(Duration.ofNanos(nanoTime.getAsLong() - sinceNs)),
        count == 0 ? "no record was lost" : "records lost meanwhile: " + count);
  }

  /** A record was lost. Any thread; said once in the life of an engine. */
  void firstLoss(LostReason reason, AuditSettings settings) {
    if (tells && reason != LostReason.CLOSED && lossTold.compareAndSet(false, true)) {
      EngineLog.warn(
          "the first record is lost: {}; {}", reason.message(), wayOut(reason, settings));
    }
  }

  private static String wayOut(LostReason reason, AuditSettings settings) {
    return switch (reason) {
      case BACKLOG_LIMIT ->
          "the main queue is full ("
              + limits(settings)
              + "); set a higher backlogLimit or a backlogWaitTimeMs, or give the builder a"
              + " mainQueue on disk";
      case RETRY_OVERFLOW, HOLD_OVERFLOW ->
          "the queue is full ("
              + limits(settings)
              + "); set a higher backlogLimit, or give the builder a holdQueue on disk";
      case RATE_LIMIT ->
          "the rateLimit is " + settings.rateLimit() + " records a second; set a higher one, or 0";
      default -> "the status of the engine counts the losses by their reason";
    };
  }

  private static String limits(AuditSettings settings) {
    return settings.backlogLimit() == 0
        ? "no backlogLimit, but a limit in bytes"
        : "backlogLimit " + settings.backlogLimit() + " records, or a limit in bytes of its own";
  }
}
