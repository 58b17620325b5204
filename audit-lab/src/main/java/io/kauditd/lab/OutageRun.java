// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.core.Kauditd;
import io.kauditd.core.Printk;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.transport.netlink.NetlinkTransportProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A real outage under one policy: an engine in this process, a daemon in another one, netlink
 * between them. Every wait has an end.
 */
final class OutageRun {
  /** The kernel's own. */
  private static final Duration SEND_TIMEOUT = Duration.ofMillis(100);

  /** Records in flight with one system call. */
  static final int BATCH_RECORDS = 64;

  private static final Duration REGISTER_PATIENCE = Duration.ofSeconds(20);
  private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(10);
  private static final long LOOK_MS = 1;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final OutageSettings settings;
  private final String policyId;
  private final ErrorPolicy policy;

  OutageRun(OutageSettings settings, String policyId, ErrorPolicy policy) {
    this.settings = settings;
    this.policyId = policyId;
    this.policy = policy;
  }

  /**
   * Takes as long as the settings say, plus some seconds for the daemon's start and end.
   *
   * @throws IOException if there is no netlink here, or the daemon's process fails
   */
  OutageResult run() throws IOException, InterruptedException {
    // Above every process id and below what the kernel gives out: nobody else has it.
    long port = NetlinkTransportProvider.DEFAULT_PORT + ProcessHandle.current().pid();
    Set<Long> others = queueThreads();
    try (Kauditd audit =
            Kauditd.builder()
                .settings(settings.engine())
                .policy(policyId, policy)
                .printk(Printk.silent()) // there would be thousands of lines
                .announceOutages(false) // outages are what it measures
                .closeAtShutdown(false)
                .transport(
                    "netlink",
                    NetlinkTransportProvider.peer(port, Set.of(), 0, SEND_TIMEOUT, BATCH_RECORDS))
                .start();
        OutageDaemon daemon = OutageDaemon.start(port)) {
      Set<Long> queueThread = queueThreads();
      queueThread.removeAll(others);
      awaitRegistration(audit, daemon);
      return measure(audit, daemon, queueThread.iterator().next());
    }
  }

  private static Set<Long> queueThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("kauditd"))
        .map(Thread::threadId)
        .collect(Collectors.toSet());
  }

  private static void awaitRegistration(Kauditd audit, OutageDaemon daemon)
      throws IOException, InterruptedException {
    if (!await(REGISTER_PATIENCE, () -> audit.status().connected() || !daemon.isAlive())) {
      String error = audit.status().lastError();
      throw new IOException(
          "the daemon did not register" + (error == null ? "" : ", and the engine says: " + error));
    }
    if (!audit.status().connected()) {
      throw new IOException("the daemon did not register: " + daemon.finish(0).failure());
    }
  }

  private OutageResult measure(Kauditd audit, OutageDaemon daemon, long queueThread)
      throws IOException, InterruptedException {
    var producer = new OutageProducer(audit, settings.recordsPerSecond());
    var sampler = new OutageSampler(audit::status, settings.measured());
    producer.start();
    Thread.sleep(settings.warmUp());

    long beginNs = System.nanoTime();
    sampler.start();
    producer.enter(OutagePhase.BEFORE);
    Thread.sleep(settings.before());

    daemon.stop();
    producer.enter(OutagePhase.DURING);
    long stoppedNs = System.nanoTime();
    long cpuNs = THREADS.getThreadCpuTime(queueThread);
    Thread.sleep(settings.stopped());

    cpuNs = THREADS.getThreadCpuTime(queueThread) - cpuNs;
    Ledger held = audit.status().ledger();
    producer.enter(OutagePhase.AFTER);
    daemon.goOn();
    long wentOnNs = System.nanoTime();
    Optional<Duration> caughtUp =
        await(settings.after(), () -> isPast(audit.status().ledger(), held))
            ? Optional.of(Duration.ofNanos(System.nanoTime() - wentOnNs))
            : Optional.empty();
    Thread.sleep(left(settings.after(), wentOnNs));

    producer.stop();
    List<OutageSampler.Sample> samples = sampler.stop();
    await(DRAIN_PATIENCE, () -> audit.status().ledger().waiting() == 0);
    AuditStatus status = audit.close(DRAIN_PATIENCE);
    return new OutageResult(
        policyId,
        status,
        daemon.finish(status.ledger().delivered()),
        times(producer),
        Duration.ofNanos(cpuNs),
        Duration.ofNanos(stoppedNs - beginNs),
        Duration.ofNanos(wentOnNs - beginNs),
        caughtUp,
        samples);
  }

  /**
   * Whether all that was in a queue has left it: records enter the main queue in order, so it is
   * enough to count how many have been taken from there.
   */
  private static boolean isPast(Ledger now, Ledger then) {
    return now.inRetry() == 0
        && now.inHold() == 0
        && accepted(now) - now.inMain() >= accepted(then);
  }

  /** Records that the gate let into the main queue. */
  private static long accepted(Ledger ledger) {
    return ledger.logged()
        - ledger.dropped(LostReason.BACKLOG_LIMIT)
        - ledger.dropped(LostReason.RATE_LIMIT);
  }

  private static Map<OutagePhase, OutageProducer.Times> times(OutageProducer producer) {
    var times = new EnumMap<OutagePhase, OutageProducer.Times>(OutagePhase.class);
    for (OutagePhase phase : OutagePhase.values()) {
      times.put(phase, producer.times(phase));
    }
    return times;
  }

  private static Duration left(Duration whole, long sinceNs) {
    Duration left = whole.minusNanos(System.nanoTime() - sinceNs);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static boolean await(Duration patience, BooleanSupplier condition)
      throws InterruptedException {
    long endNs = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - endNs >= 0) {
        return false;
      }
      Thread.sleep(LOOK_MS);
    }
    return true;
  }
}
