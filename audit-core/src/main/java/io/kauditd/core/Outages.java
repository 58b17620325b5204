// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import io.kauditd.spi.Counts;
import io.kauditd.spi.Durations;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports when delivery stops, with the cause in words, and when it works again, with what was lost
 * meanwhile. In the log of an application it also reports the first record that is lost, what was
 * full, and what to set. These lines are separate from printed records, which cannot use them up.
 *
 * <p>Called by the owner alone, but for {@link #firstLoss}.
 */
final class Outages {
  /** A daemon that takes nothing for as long is reported; one that is slow for a moment is not. */
  static final long STALL_NS = 1_000_000_000;

  /** A connection takes as long as this without a word: brokers and names may be slow. */
  static final long CONNECT_NS = 5_000_000_000L;

  /**
   * Where the reports go.
   *
   * @param transport the name of the transport in the sentences
   * @param advises whether to report the first loss, with the setting of the builder to change
   */
  record Reports(
      String transport, Consumer<String> stopped, Consumer<String> over, boolean advises) {
    /** To the log of the engine. */
    static Reports toLog(String transport) {
      return new Reports(
          transport,
          sentence -> EngineLog.warn("{}", sentence),
          sentence -> EngineLog.info("{}", sentence),
          true);
    }

    /** The same; if a consumer throws, that does no harm. */
    Reports contained(ForeignCode foreign) {
      return new Reports(
          transport,
          sentence -> foreign.call(stopped, "accept", () -> stopped.accept(sentence)),
          sentence -> foreign.call(over, "accept", () -> over.accept(sentence)),
          advises);
    }

    static Reports none() {
      return new Reports("", _ -> {}, _ -> {}, false);
    }
  }

  private final Reports reports;
  private final String prefix;
  private final LongSupplier nanoTime;
  private final LongSupplier lost;
  private final AtomicBoolean lossTold = new AtomicBoolean();
  private String cause = ""; // of the outage; empty if there is none
  private boolean opening;
  private long sinceNs;
  private long lostBefore;
  private boolean connects;
  private long connectsSinceNs;
  private boolean stalls;
  private long stalledSinceNs;

  /**
   * Reports nothing yet.
   *
   * @param prefix begins the line about the first loss, which does not name the transport
   * @param lost how many records the engine has lost so far
   */
  Outages(Reports reports, String prefix, LongSupplier nanoTime, LongSupplier lost) {
    this.reports = reports;
    this.prefix = prefix;
    this.nanoTime = nanoTime;
    this.lost = lost;
  }

  /** A connection takes its time, which is worth a word if it takes long. */
  void connecting(String reason) {
    long nowNs = nanoTime.getAsLong();
    if (!connects) {
      connects = true;
      connectsSinceNs = nowNs;
    } else if (cause.isEmpty() && nowNs - connectsSinceNs >= CONNECT_NS) {
      trouble("there is no connection yet: " + reason, true);
      sinceNs = connectsSinceNs;
    }
  }

  void cannotBeOpened(String reason) {
    connects = false;
    trouble("it cannot be opened: " + reason, true);
  }

  /** What could not be opened is open; one that lost its daemon has to take a record first. */
  void opened() {
    connects = false;
    if (opening) {
      works();
    }
  }

  void unregistered(@Nullable String reason) {
    trouble(
        reason == null ? "its daemon has unregistered" : "it has lost its daemon: " + reason, true);
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
    if (what.equals(cause)) {
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
      reports
          .stopped()
          .accept(
              "delivery to '%s' %s: %s%s"
                  .formatted(
                      reports.transport(),
                      first ? "has stopped" : "does not go on",
                      what,
                      first ? "; records wait in the queues, and it is tried again" : ""));
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
    reports
        .over()
        .accept(
            "delivery to '%s' works again after %s; %s"
                .formatted(
                    reports.transport(),
                    Durations.inWords(Duration.ofNanos(nanoTime.getAsLong() - sinceNs)),
                    count == 0 ? "no record was lost" : "records lost meanwhile: " + count));
  }

  /** A record was lost. Any thread; said once in the life of an engine. */
  void firstLoss(LostReason reason, AuditSettings settings) {
    if (reports.advises() && reason != LostReason.CLOSED && lossTold.compareAndSet(false, true)) {
      EngineLog.warn(
          "{}the first record is lost: {}; {}", prefix, reason.message(), wayOut(reason, settings));
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
          "the rateLimit is "
              + Counts.of(settings.rateLimit(), "record")
              + " a second; set a higher one, or 0";
      default -> "the status of the engine counts the losses by their reason";
    };
  }

  private static String limits(AuditSettings settings) {
    return settings.backlogLimit() == 0
        ? "no backlogLimit, but a limit in bytes"
        : "backlogLimit "
            + Counts.of(settings.backlogLimit(), "record")
            + ", or a limit in bytes of its own";
  }
}
