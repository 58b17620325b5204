// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditLog;
import io.kauditd.api.RecordType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A thread that logs at an even rate and measures each record's latency from scheduled time: a call
 * that waits delays the next ones, and their delay counts too.
 *
 * <p>It is one thread, so the order of the serials is the order of the calls.
 */
final class OutageProducer {
  private static final String TEXT = "op=outage exe=\"audit\" res=success";
  private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(10);
  private static final int DIGITS = 3;

  private final AuditLog log;
  private final long gapNs;
  private final Map<OutagePhase, Times> times = new EnumMap<>(OutagePhase.class);
  private final Thread thread;
  private volatile OutagePhase phase = OutagePhase.WARM_UP;
  private volatile boolean stopped;

  /**
   * The times of the records of a phase, in nanoseconds.
   *
   * @param delay latency from scheduled time: until the record's call had ended
   * @param call duration of the call alone, without the delays of the machine's timers
   */
  record Times(Histogram delay, Histogram call) {
    private Times() {
      this(new Histogram(LONGEST_NS, DIGITS), new Histogram(LONGEST_NS, DIGITS));
    }
  }

  OutageProducer(AuditLog log, int recordsPerSecond) {
    this.log = log;
    this.gapNs = TimeUnit.SECONDS.toNanos(1) / recordsPerSecond;
    for (OutagePhase each : OutagePhase.values()) {
      times.put(each, new Times());
    }
    thread = Thread.ofPlatform().name("producer").daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** What is logged from now on counts as of this phase. */
  void enter(OutagePhase next) {
    phase = next;
  }

  private void run() {
    long dueNs = System.nanoTime();
    while (!stopped) {
      long nowNs = System.nanoTime();
      if (nowNs < dueNs) {
        LockSupport.parkNanos(dueNs - nowNs);
        continue;
      }
      Times of = times(phase);
      log.log(RecordType.USER_LOGIN, TEXT);
      long endNs = System.nanoTime();
      of.delay().recordValue(Math.min(endNs - dueNs, LONGEST_NS));
      of.call().recordValue(Math.min(endNs - nowNs, LONGEST_NS));
      dueNs += gapNs;
    }
  }

  /** Ends it, and waits until it has. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
  }

  /** The times of a phase; not to be read before the producer has ended. */
  Times times(OutagePhase of) {
    return Objects.requireNonNull(times.get(of));
  }
}
