// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.SerialWatch;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts what did not arrive or arrived damaged, and reports it to the sink, at most once a second:
 * a flood of problems must not become a flood of reports. One thread, except {@link #post}.
 */
final class ReceiveProblems {
  private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

  private final RecordSink sink;
  private final String source;
  private final String overrunMeaning;
  private final @Nullable SerialWatch serials;
  private final Queue<String> posted = new ConcurrentLinkedQueue<>();

  private long overruns;
  private long truncated;
  private long malformed;
  private long foreign;
  private long reportedOverruns;
  private long reportedTruncated;
  private long reportedMalformed;
  private long reportedForeign;
  private long lastReportNs = System.nanoTime() - PAUSE_NS;

  /**
   * Begins to count.
   *
   * @param source the beginning of each report
   * @param overrunMeaning what an overrun of the receive buffer means here
   * @param watchSerials whether a serial that does not come is an event that is missing
   */
  ReceiveProblems(RecordSink sink, String source, String overrunMeaning, boolean watchSerials) {
    this.sink = sink;
    this.source = source;
    this.overrunMeaning = overrunMeaning;
    this.serials = watchSerials ? new SerialWatch(sink, source + ": ") : null;
  }

  /** A record came, with the serial of its event. */
  void record(AuditRecord record) {
    if (serials != null) {
      serials.seen(record);
    }
  }

  void overrun() {
    overruns++;
  }

  void truncated() {
    truncated++;
  }

  void malformed() {
    malformed++;
  }

  void foreign() {
    foreign++;
  }

  /** Leaves a report for the next time. Any thread. */
  void post(String report) {
    posted.add(report);
  }

  /** Records have paused: what is missing now does not come any more. */
  void pause(long nowNs) {
    if (serials != null) {
      serials.settle();
    }
    report(nowNs);
  }

  /** Reports what is new, unless there was a report a moment ago. */
  void report(long nowNs) {
    if (nowNs - lastReportNs < PAUSE_NS) {
      return;
    }
    if (serials != null) {
      serials.tick(nowNs);
    }
    if (reportAll()) {
      lastReportNs = nowNs;
    }
  }

  /** Reports what is left, at the end. */
  void close() {
    if (serials != null) {
      serials.settle();
    }
    reportAll();
  }

  private boolean reportAll() {
    for (String report = posted.poll(); report != null; report = posted.poll()) {
      sink.problem(source + ": " + report);
    }
    long before = reportedOverruns + reportedTruncated + reportedMalformed + reportedForeign;
    reportedOverruns =
        say(
            overruns,
            reportedOverruns,
            "overruns of the receive buffer (ENOBUFS): " + overrunMeaning);
    reportedTruncated = say(truncated, reportedTruncated, "records were cut: too long to receive");
    reportedMalformed =
        say(malformed, reportedMalformed, "messages were not in the form of an audit message");
    reportedForeign =
        say(foreign, reportedForeign, "messages came from other senders, and were discarded");
    return before != reportedOverruns + reportedTruncated + reportedMalformed + reportedForeign;
  }

  private long say(long count, long reported, String what) {
    if (count > reported) {
      sink.problem(source + ": " + (count - reported) + " " + what);
    }
    return count;
  }
}
