// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.api.AuditLog;
import io.kauditd.api.RecordType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * A thread that logs at an even rate and takes down how late each record was logged, from the
 * moment it was due: a call that waits delays those behind it, and they count too.
 *
 * <p>It is one thread, so the order of the serials is the order of the calls.
 */
final class OutageProducer {
  private static final String TEXT = "op=outage exe=\"audit\" res=success";
  private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(10);
  private static final int DIGITS = 3;

  private final AuditLog log;
  private final long gapNs;
  private final Map<OutagePhase, Histogram> latencies = new EnumMap<>(OutagePhase.class);
  private final Thread thread;
  private volatile OutagePhase phase = OutagePhase.WARM_UP;
  private volatile boolean stopped;

  OutageProducer(AuditLog log, int recordsPerSecond) {
    this.log = log;
    this.gapNs = TimeUnit.SECONDS.toNanos(1) / recordsPerSecond;
    for (OutagePhase each : OutagePhase.values()) {
      latencies.put(each, new Histogram(LONGEST_NS, DIGITS));
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
      long early = dueNs - System.nanoTime();
      if (early > 0) {
        LockSupport.parkNanos(early);
        continue;
      }
      Histogram latency = Objects.requireNonNull(latencies.get(phase));
      log.log(RecordType.USER_LOGIN, TEXT);
      latency.recordValue(Math.min(System.nanoTime() - dueNs, LONGEST_NS));
      dueNs += gapNs;
    }
  }

  /** Ends it, and waits until it has. */
  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
  }

  /** How late the records of a phase were, in nanoseconds; to be asked when it has ended. */
  Histogram latency(OutagePhase of) {
    return Objects.requireNonNull(latencies.get(of));
  }
}
