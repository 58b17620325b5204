// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.PanicHandler;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.Durations;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.Transport;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Builds an engine. Only the transport is required; everything else has a default. A builder is not
 * thread-safe, and builds one engine.
 *
 * <p>The engine owns the transport and the queues, and closes them when it is closed. The first
 * pass opens the transport. {@link #start} and {@link #passive} look at the first records of queues
 * that outlive the program: a record that two of them have, because the program was killed while it
 * moved, stays only where it moved to. Nothing else here does I/O.
 *
 * @since 0.1.0
 */
public final class KauditdBuilder {
  private static final Duration SHORTEST_PAUSE = Duration.ofNanos(1);
  private static final Duration LONGEST_PAUSE = Duration.ofDays(365);

  /** What {@link Transport#maxBatchRecords} is unless a transport says otherwise. */
  private static final int USUAL_BATCH_RECORDS = 1_024;

  /** The maximum size of a queue in memory, in bytes; less if the heap is small. */
  private static final long MAX_QUEUE_BYTES = 64L << 20;

  private AuditSettings settings = AuditSettings.EMBEDDED;
  private @Nullable AuditQueue main;
  private @Nullable AuditQueue retry;
  private @Nullable AuditQueue hold;
  private String transportId = "";
  private @Nullable Transport transport;
  private String policyId = KernelPolicy.MAINLINE.id();
  private ErrorPolicy policy = KernelPolicy.MAINLINE;
  private @Nullable Predicate<AuditRecord> filter;
  private @Nullable AuditLog rejectedTo;
  private @Nullable Printk printk;
  private @Nullable EarlyLog earlyLog;
  private String logPrefix = "";
  private boolean printsRecords;
  private boolean announcesOutages = true;
  private Outages.@Nullable Reports outageReports;
  private boolean closesAtShutdown = true;
  private PanicHandler panicHandler = message -> EngineLog.error("panic: {}", message);
  private BacklogWait backlogWait = new ConditionWait();
  private EngineClock clock = EngineClock.SYSTEM;
  private Duration reopenFirst = Duration.ofMillis(100);
  private Duration reopenLongest = Duration.ofSeconds(10);
  private Duration rest = Duration.ofMillis(1);
  private Duration retryFirst = Duration.ofMillis(10);
  private Duration retryLongest = Duration.ofMillis(250);
  private @Nullable Integer maxBatchRecords;
  private boolean numbersRecords;

  KauditdBuilder() {}

  /**
   * The transport, and its id in the status, which may be any text. From a plug-in: {@code
   * plugins.newTransport(id, options)}.
   */
  public KauditdBuilder transport(String id, Transport newTransport) {
    this.transportId = Objects.requireNonNull(id, "id");
    this.transport = Objects.requireNonNull(newTransport, "newTransport");
    return this;
  }

  /** The error policy, and its id in the status. Default: {@code mainline}. */
  public KauditdBuilder policy(String id, ErrorPolicy newPolicy) {
    this.policyId = Objects.requireNonNull(id, "id");
    this.policy = Objects.requireNonNull(newPolicy, "newPolicy");
    return this;
  }

  /** One of the kernel's policies. */
  public KauditdBuilder policy(KernelPolicy kernel) {
    return policy(kernel.id(), kernel);
  }

  /**
   * The main queue. Default for each of the three queues: in memory, with at most {@link
   * AuditSettings#backlogLimit} records and at most 64 MiB, or an eighth of the maximum heap if
   * that is less.
   */
  public KauditdBuilder mainQueue(AuditQueue queue) {
    this.main = Objects.requireNonNull(queue, "queue");
    return this;
  }

  /** The retry queue. Default: in memory. */
  public KauditdBuilder retryQueue(AuditQueue queue) {
    this.retry = Objects.requireNonNull(queue, "queue");
    return this;
  }

  /** The hold queue. Default: in memory. */
  public KauditdBuilder holdQueue(AuditQueue queue) {
    this.hold = Objects.requireNonNull(queue, "queue");
    return this;
  }

  /** The settings to begin with. Default: {@link AuditSettings#EMBEDDED}. */
  public KauditdBuilder settings(AuditSettings newSettings) {
    this.settings = Objects.requireNonNull(newSettings, "newSettings");
    return this;
  }

  /** The handler for failure mode panic. Default: an error in the log of {@code kauditd}. */
  public KauditdBuilder panicHandler(PanicHandler handler) {
    this.panicHandler = Objects.requireNonNull(handler, "handler");
    return this;
  }

  /**
   * Which records the log takes; any other is counted as {@link
   * io.kauditd.api.LostReason#FILTERED}, which is no loss, and {@code log} returns false for it.
   * Default: all.
   *
   * <p><b>Thread</b>: each producer's. <b>Errors</b>: if the filter throws, the record is taken,
   * and the log names the filter once.
   */
  public KauditdBuilder filter(Predicate<AuditRecord> takes) {
    this.filter = Objects.requireNonNull(takes, "takes");
    return this;
  }

  /**
   * Another log for records that the transport rejects for good. A rejected record is logged there,
   * without waiting, and counts here as {@link io.kauditd.api.LostReason#REJECTED}. It is printed
   * only if the other log does not accept it. Close the other log after this one. Default: none.
   *
   * <p><b>Thread</b>: the kauditd thread. <b>Errors</b>: if it throws, the log of {@code kauditd}
   * names it once.
   */
  public KauditdBuilder rejectedTo(AuditLog other) {
    this.rejectedTo = Objects.requireNonNull(other, "other");
    return this;
  }

  /**
   * The destination of the kernel's log lines. Default: SLF4J, logger {@code kauditd}, ratelimited,
   * written by a separate thread, so that no caller waits for the logging backend.
   */
  public KauditdBuilder printk(Printk newPrintk) {
    this.printk = Objects.requireNonNull(newPrintk, "newPrintk");
    return this;
  }

  /**
   * The name of this log in lines about its losses, such as {@code kafka: audit_lost=1 …} and
   * {@code kafka: closed: …}, in panics too. For a program with several logs, which print alike.
   * Default: no name.
   */
  public KauditdBuilder nameInLog(String name) {
    this.logPrefix = Objects.requireNonNull(name, "name") + ": ";
    return this;
  }

  /**
   * Whether the default {@link #printk} prints records as a last resort, as the kernel does.
   * Default: no, because their contents, such as account names, do not belong in the log of an
   * application.
   */
  public KauditdBuilder printRecords(boolean yes) {
    this.printsRecords = yes;
    return this;
  }

  /**
   * Whether the log of {@code kauditd} reports when and why delivery stops, when it works again,
   * and which setting to change when the first record is lost. Default: yes.
   */
  public KauditdBuilder announceOutages(boolean yes) {
    this.announcesOutages = yes;
    return this;
  }

  /**
   * Reports to {@code report}, instead of the log, when and why delivery stops and when it works
   * again: one sentence for each, and one more when the cause changes. It does not report the first
   * record that is lost.
   *
   * <p><b>Thread</b>: {@code report} is called on the kauditd thread and must return at once. If it
   * throws, the engine logs that and continues.
   *
   * @param name the name of the transport in the sentences, such as {@code file:out.log}
   */
  public KauditdBuilder announceOutages(String name, Consumer<String> report) {
    Objects.requireNonNull(report, "report");
    this.announcesOutages = true;
    this.outageReports =
        new Outages.Reports(Objects.requireNonNull(name, "name"), report, report, false);
    return this;
  }

  /**
   * Whether an engine with a thread closes itself when the JVM shuts down. It accepts records until
   * none has come for 250 ms, so that other shutdown hooks may log, and delivers waiting records,
   * all within 10 s. Default: yes. Set it to false if the program closes the engine itself, as a
   * container does.
   */
  public KauditdBuilder closeAtShutdown(boolean yes) {
    this.closesAtShutdown = yes;
    return this;
  }

  /** How producers wait for room. Default: on a condition. For simulations. */
  public KauditdBuilder backlogWait(BacklogWait wait) {
    this.backlogWait = Objects.requireNonNull(wait, "wait");
    return this;
  }

  /** The time. Default: the machine's. {@link EngineClock#coarse} is faster; others simulate. */
  public KauditdBuilder clock(EngineClock newClock) {
    this.clock = Objects.requireNonNull(newClock, "newClock");
    return this;
  }

  /**
   * The pauses before a lost transport is opened again: the first and the longest. Each is twice
   * the one before. Default: 100 ms, doubling up to 10 s.
   *
   * @throws IllegalArgumentException if one is not longer than 0 or longer than a year, or the
   *     longest is shorter than the first
   */
  public KauditdBuilder reopenPauses(Duration first, Duration longest) {
    checkPauses("reopenPauses", first, longest);
    this.reopenFirst = first;
    this.reopenLongest = longest;
    return this;
  }

  /**
   * The pauses between passes while records wait for a daemon that is connected and takes none.
   * Default: 10 ms, doubling up to 250 ms.
   *
   * @throws IllegalArgumentException if one is not longer than 0 or longer than a year, or the
   *     longest is shorter than the first
   */
  public KauditdBuilder retryPauses(Duration first, Duration longest) {
    checkPauses("retryPauses", first, longest);
    this.retryFirst = first;
    this.retryLongest = longest;
    return this;
  }

  /**
   * How long the kauditd thread rests after a pass that took records, unless half the backlog limit
   * waits. This is the maximum delay that batching adds. 0 for no rest: then a producer pays for a
   * wake-up, some microseconds, with nearly every record. Default: 1 ms.
   *
   * <p>The kernel has no such rest: there each record is a wake-up.
   *
   * @throws IllegalArgumentException if it is negative or longer than a year
   */
  public KauditdBuilder rest(Duration longest) {
    check("rest", Objects.requireNonNull(longest, "longest"), Duration.ZERO);
    this.rest = longest;
    return this;
  }

  /**
   * Gives each record that has none a {@linkplain io.kauditd.api.AuditRecord#number number} when it
   * leaves the main queue. Numbers increase by one, and are above all numbers in the queues from
   * earlier runs. So a transport, and a reader after it, can see gaps and duplicates. The record is
   * copied for this, some 40 bytes. Default: records are numbered only if the transport {@linkplain
   * Transport#wantsNumbers wants it}.
   *
   * <p>If no queue has kept a record, its number can be given again after a restart. With queues
   * that {@linkplain io.kauditd.spi.AuditQueue#outlivesProgram outlive the program}, no number is
   * given twice.
   */
  public KauditdBuilder numberRecords() {
    this.numbersRecords = true;
    return this;
  }

  /**
   * The maximum number of records that the transport is offered with one call. With 1 the listeners
   * and the transport are called alternately, record by record, as in the kernel. The number does
   * not change where records go. Default: what the transport {@linkplain Transport#maxBatchRecords
   * asks for}, usually 1,024.
   *
   * @throws IllegalArgumentException if it is not between 1 and 8,192
   */
  public KauditdBuilder maxBatchRecords(int records) {
    if (records < 1 || records > Stage.MAX_RECORDS) {
      throw new IllegalArgumentException(
          "maxBatchRecords is " + records + "; it must be between 1 and " + Stage.MAX_RECORDS);
    }
    this.maxBatchRecords = records;
    return this;
  }

  private static void checkPauses(String name, Duration first, Duration longest) {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(longest, "longest");
    check(name + ": first", first, SHORTEST_PAUSE);
    check(name + ": longest", longest, SHORTEST_PAUSE);
    if (longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          name
              + ": the longest is "
              + Durations.inWords(longest)
              + "; it must not be shorter than the first, "
              + Durations.inWords(first));
    }
  }

  private static void check(String name, Duration duration, Duration shortest) {
    if (duration.compareTo(shortest) < 0 || duration.compareTo(LONGEST_PAUSE) > 0) {
      throw new IllegalArgumentException(
          name
              + " is "
              + Durations.inWords(duration)
              + "; it must be between "
              + (shortest.isZero() ? "0" : "1 ns")
              + " and 365 days");
    }
  }

  /**
   * The log that existed before the engine. The engine gets its records before any others, and the
   * log forwards records to the engine from then on.
   *
   * @param log must not belong to an engine yet, which {@link #start} checks
   */
  public KauditdBuilder earlyLog(EarlyLog log) {
    this.earlyLog = Objects.requireNonNull(log, "log");
    return this;
  }

  /**
   * Starts the engine with its own thread, a daemon thread named {@code kauditd}.
   *
   * <p><b>Blocking</b>: none. If the daemon cannot be reached, that is no error, and the engine
   * tries again.
   *
   * @throws IllegalStateException if there is no transport, one queue has several roles, or the
   *     early log belongs to another engine
   */
  public Kauditd start() {
    return build(false, Kauditd::start, Kauditd::engine);
  }

  /**
   * Builds the engine without a thread: the caller runs its passes.
   *
   * @throws IllegalStateException if there is no transport, one queue has several roles, or the
   *     early log belongs to another engine
   */
  public AuditEngine passive() {
    return build(true, parts -> new AuditEngine(parts, Gate.Wakeup.NONE), UnaryOperator.identity());
  }

  /** Builds with the interrupt flag of the caller out of the way, and gives it back. */
  private <E> E build(
      boolean passive, Function<EngineParts, E> make, Function<E, AuditEngine> engineOf) {
    boolean interrupted = Thread.interrupted();
    EarlyLog early = earlyLog;
    if (early != null) {
      early.take();
    }
    E made = null;
    try {
      made = make.apply(parts(passive));
      if (early != null) {
        early.handOver(engineOf.apply(made));
      }
      return made;
    } finally {
      if (made == null && early != null) {
        early.giveBack();
      }
      Thread.interrupted(); // what a queue, a policy or the clock has left
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // a queue is itself and no other
  private EngineParts parts(boolean passive) {
    if (transport == null) {
      throw new IllegalStateException("no transport; call transport(id, transport) first");
    }
    if ((main != null && (main == retry || main == hold)) || (hold != null && retry == hold)) {
      throw new IllegalStateException(
          "one queue has several roles; make a queue for each of main, retry and hold");
    }
    Set<QueueRole> own = EnumSet.noneOf(QueueRole.class);
    AuditQueue mainOrOwn = orOwn(main, QueueRole.MAIN, own);
    AuditQueue retryOrOwn = orOwn(retry, QueueRole.RETRY, own);
    AuditQueue holdOrOwn = orOwn(hold, QueueRole.HOLD, own);
    var owner = new Owner(passive);
    var foreign = new ForeignCode(new FaultLog(), owner);
    return new EngineParts(
        settings,
        mainOrOwn,
        retryOrOwn,
        holdOrOwn,
        transportId,
        transport,
        policyId,
        policy,
        filter,
        rejectedTo,
        new SafePrintk(
            printk != null ? printk : new Slf4jPrintk(printsRecords, logPrefix),
            logPrefix,
            foreign),
        logPrefix,
        panicHandler,
        new SafeWait(backlogWait, foreign),
        SafeClock.of(clock, foreign),
        new Pause(reopenFirst.toNanos(), reopenLongest.toNanos()),
        new Pause(retryFirst.toNanos(), retryLongest.toNanos()),
        maxBatchRecords != null ? maxBatchRecords : wantedBy(transport, foreign),
        numbersRecords || foreign.asks(transport, "wantsNumbers", transport::wantsNumbers, false),
        rest.toNanos(),
        outageReports(passive, foreign),
        closesAtShutdown && !passive,
        passive ? Set.of() : own,
        owner,
        foreign);
  }

  private Outages.Reports outageReports(boolean passive, ForeignCode foreign) {
    if (passive || !announcesOutages) {
      return Outages.Reports.none();
    }
    Outages.Reports given = outageReports;
    return given == null ? Outages.Reports.toLog(transportId) : given.contained(foreign);
  }

  private static int wantedBy(Transport transport, ForeignCode foreign) {
    long wanted =
        foreign.count(
            transport, "maxBatchRecords", transport::maxBatchRecords, USUAL_BATCH_RECORDS);
    if (wanted < 1 || wanted > Stage.MAX_RECORDS) {
      foreign
          .faults()
          .broke(
              transport,
              "maxBatchRecords",
              "it is " + wanted + ", and must be between 1 and " + Stage.MAX_RECORDS);
    }
    return Math.clamp(wanted, 1, Stage.MAX_RECORDS);
  }

  /** The queue that was given, or one in memory that nobody else knows. */
  private static AuditQueue orOwn(@Nullable AuditQueue given, QueueRole role, Set<QueueRole> own) {
    if (given != null) {
      return given;
    }
    own.add(role);
    return new MemoryQueue(Math.min(MAX_QUEUE_BYTES, Runtime.getRuntime().maxMemory() / 8));
  }
}
