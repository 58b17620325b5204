// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.EventLog;
import io.kauditd.api.FlushResult;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.api.MulticastListener;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.Counts;
import io.kauditd.spi.Durations;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The engine with the kauditd thread, for embedding in an application.
 *
 * <pre>{@code
 * try (Kauditd audit = Kauditd.builder().transport("memory", new MemoryTransport(1000)).start()) {
 *   audit.record(RecordType.USER_LOGIN).field("op", "login").text("acct", user).result(true).log();
 * }
 * }</pre>
 *
 * <p>The thread sleeps without waking up while there is nothing to do. Producers wake it only when
 * it sleeps. A producer adds its record and then checks whether the thread is parked. The thread
 * announces that it will park and then checks for a record. Both sides use volatile accesses, so at
 * least one of them sees the other.
 *
 * <p>A producer may have so little stack left that it can add its record but not wake the thread.
 * So a producer that sees the thread asleep checks its stack first. If the thread was awake, it
 * sleeps for a tenth of a second before it parks without a limit, and checks the queue again in
 * between.
 *
 * <p>After a pass that took records it {@linkplain KauditdBuilder#rest rests} for a millisecond, or
 * until half the backlog limit waits. Producers do not wake it for fewer records. One record is
 * often followed by more. So a producer that logs a burst, or logs all the time, does not pay for a
 * wake-up with each record, and the two threads do not compete for the end of the queue.
 *
 * @since 0.1.0
 */
public final class Kauditd implements ManagedAuditLog {
  /** The thread runs; it will look at the queue before it parks. */
  private static final int RUNNING = 0;

  /** The thread is parked, or about to, for as long as nobody wakes it; wake it for any record. */
  private static final int PARKED = 1;

  /**
   * The thread rests after a pass, or the daemon takes nothing just now; wake it if the backlog is
   * high.
   */
  private static final int PAUSING = 2;

  /** As {@link #PARKED}, but for a moment: then the thread looks once more before it parks. */
  private static final int DOZING = 3;

  private static final long DOZE_NS = 100_000_000;

  /** While closing, a daemon that takes nothing is asked again this often. */
  private static final long CLOSING_PAUSE_NS = 5_000_000;

  /** What one call of a transport may take, and closing it and the queues, beyond the deadline. */
  private static final long SEND_TIME_OUT_NS = 500_000_000;

  /** The maximum time that closing waits for the log's own lines. */
  private static final long FLUSH_NS = 200_000_000;

  private final AuditEngine engine;
  private final String logPrefix;
  private final long restNs;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Pause fruitlessPause = new Pause(1_000_000, 250_000_000);
  private int fruitlessPasses; // one after the other
  private volatile int state = RUNNING;
  private volatile boolean closing;
  private volatile @Nullable ShutdownHook hook;
  private final AtomicBoolean endTold = new AtomicBoolean();

  private Kauditd(EngineParts parts) {
    this.engine = new AuditEngine(parts, new ThreadWakeup());
    this.restNs = parts.restNs();
    this.logPrefix = parts.logPrefix();
    this.thread = Thread.ofPlatform().name("kauditd").daemon(true).unstarted(this::run);
  }

  static Kauditd start(EngineParts parts) {
    Kauditd kauditd = new Kauditd(parts);
    if (parts.closesAtShutdown()) {
      kauditd.hook = ShutdownHook.register(kauditd::closeWhenQuiet);
    }
    kauditd.thread.start();
    return kauditd;
  }

  /** The state machine that the thread runs. */
  AuditEngine engine() {
    return engine;
  }

  /** Builds an engine. Only a transport is required. */
  public static KauditdBuilder builder() {
    return new KauditdBuilder();
  }

  // The kauditd thread.

  private void run() {
    try {
      while (!closing) {
        contained(this::turn);
      }
      contained(this::drain);
      contained(engine::closeNow);
    } finally {
      ended.countDown(); // whatever happens, nobody waits for this thread for ever
      ShutdownHook registered = hook;
      if (registered != null) {
        registered.remove();
      }
    }
  }

  /** Does what is to be done; the thread goes on, whatever it met. */
  private void contained(Runnable work) {
    try {
      work.run();
    } catch (Throwable e) { // plug-in code
      engine.passThrew(e);
      LockSupport.parkNanos(this, fruitlessPause.nextNs());
    }
    Thread.interrupted(); // nobody has a reason to; with the flag set nothing here would sleep
  }

  private void turn() {
    pass();
    rest();
    park();
  }

  private void pass() {
    long before = engine.work();
    engine.pass();
    if (engine.work() == before) {
      fruitlessPasses++;
    } else {
      fruitlessPasses = 0;
      fruitlessPause.restart();
    }
  }

  private void rest() {
    if (restNs == 0 || !engine.tookRecords() || engine.isStalled()) {
      return;
    }
    state = PAUSING;
    // Look now that producers can see the state; see the class comment.
    if (!closing && !engine.isWanted()) {
      parkNanos(restNs);
    }
    state = RUNNING;
  }

  private void park() {
    long idleNs = engine.idleNs();
    if (idleNs > 0 && engine.isStalled()) {
      sleepIfIdle(PAUSING, idleNs);
    } else if (idleNs > 0) {
      sleepIfIdle(DOZING, Math.min(idleNs, DOZE_NS));
      engine.sayUnsaidLosses();
      sleepIfIdle(PARKED, engine.hasUnsaidLosses() ? LineLimit.INTERVAL_NS : Long.MAX_VALUE);
    } else if (fruitlessPasses > 1) {
      // There is something to do that cannot be done: a queue says that it has records, and gives
      // none.
      state = PAUSING;
      parkNanos(fruitlessPause.nextNs());
      state = RUNNING;
    }
  }

  /** Sleeps until somebody wakes this thread, or the next pass is due; at most as long. */
  private void sleepIfIdle(int how, long mostNs) {
    state = how;
    // Look again, now that producers can see the state; see the class comment.
    long idleNs = closing ? 0 : engine.idleNs();
    if (idleNs > 0) {
      parkNanos(Math.min(idleNs, mostNs));
    }
    state = RUNNING;
  }

  private void parkNanos(long ns) {
    Thread.interrupted();
    if (ns == Long.MAX_VALUE) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, ns);
    }
  }

  /**
   * Delivers what waits, until there is nothing left, the time is over, or a pass delivers nothing
   * and what is left is there at the next start.
   */
  private void drain() {
    long before = engine.delivered();
    engine.pass();
    while (engine.hasMore() && !engine.closing().isOver()) {
      if (engine.delivered() == before && engine.leftIsKept()) {
        return;
      }
      before = engine.delivered();
      long pauseNs = Math.min(engine.closing().leftNs(), CLOSING_PAUSE_NS);
      parkNanos(Math.min(pauseNs, Math.max(0, engine.idleNs())));
      engine.pass();
    }
  }

  /** How producers and others get the thread going. */
  private final class ThreadWakeup implements Gate.Wakeup {
    @Override
    public void aboutToAdd() {
      int seen = state;
      if (seen == PARKED || seen == DOZING) {
        StackProbe.reserve();
      }
    }

    @Override
    public void recordAdded() {
      wakeIfUseful();
    }

    private void wakeIfUseful() {
      int seen = state;
      if (seen != RUNNING && (seen != PAUSING || engine.isBacklogHigh())) {
        wake();
      }
    }

    @Override
    public void backlogFull() {
      wakeIfUseful(); // producers that meet a full queue come by the thousand
    }

    @Override
    public void commandPosted() {
      wake();
    }
  }

  private void wake() {
    if (state != RUNNING) {
      state = RUNNING; // so that the others need not wake it too
      LockSupport.unpark(thread);
    }
  }

  /** Whether the thread sleeps until somebody wakes it; for tests. */
  boolean isParked() {
    return state == PARKED && thread.getState() == Thread.State.WAITING;
  }

  /**
   * Whether the thread sleeps since there is nothing to do, if only until it looks once more, or
   * until losses may be told of that no line has told of; for tests.
   */
  boolean isIdle() {
    int seen = state;
    Thread.State now = thread.getState();
    return (seen == PARKED || seen == DOZING)
        && (now == Thread.State.WAITING || now == Thread.State.TIMED_WAITING);
  }

  // Everybody else.

  @Override
  public boolean log(int type, String text) {
    return engine.log(type, text);
  }

  @Override
  public boolean log(AuditRecord record, ProducerContext context) {
    return engine.log(record, context);
  }

  @Override
  public EventLog event() {
    return engine.event();
  }

  @Override
  public AuditStatus status() {
    return engine.status();
  }

  @Override
  public FlushResult flush(Duration timeout) {
    return engine.flush(timeout);
  }

  @Override
  public long accepted() {
    return engine.accepted();
  }

  @Override
  public long settled() {
    return engine.settled();
  }

  @Override
  public void configure(UnaryOperator<AuditSettings> change) {
    engine.configure(change);
  }

  @Override
  public void addListener(MulticastListener listener) {
    engine.addListener(listener);
  }

  @Override
  public void removeListener(MulticastListener listener) {
    engine.removeListener(listener);
  }

  @Override
  public void rotate() {
    engine.rotate();
  }

  @Override
  public void resume() {
    engine.resume();
  }

  /**
   * {@inheritDoc}
   *
   * <p>If a transport does not return from a call, this method waits for it until half a second
   * after the deadline. Then it returns the status of the last pass, with {@link
   * AuditStatus#closed} false, and the log says so. The thread ends when the transport returns.
   */
  @Override
  public AuditStatus close(Duration deadline) {
    long deadlineNs = Waits.toNanos(deadline, "deadline");
    engine.beginClosing(deadlineNs);
    closing = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() == thread) {
      return engine.status(); // a plug-in or listener, which the thread cannot wait for
    }
    if (!Waits.await(ended, deadlineNs + SEND_TIME_OUT_NS)) {
      EngineLog.warn(
          "{}close: the transport or a queue did not return within {}; what was not delivered by"
              + " then is not known yet",
          logPrefix,
          Durations.inWords(Duration.ofNanos(deadlineNs + SEND_TIME_OUT_NS)));
    }
    AuditStatus end = engine.status();
    if (end.closed() && endTold.compareAndSet(false, true)) {
      sayWhatIsLeft(end);
    }
    EngineLog.flush(FLUSH_NS);
    return end;
  }

  /**
   * Closes when no more records come: accepts records until none has come for 250 ms, and delivers
   * waiting records, all within the deadline. An engine does this by itself at the end of the
   * program. A container that closes the engine in its own shutdown hook should call this, because
   * other hooks run at the same time and may still log.
   *
   * @return the final status, as {@link #close(Duration)}
   */
  public AuditStatus closeWhenQuiet(Duration deadline) {
    long endNs = System.nanoTime() + Waits.toNanos(deadline, "deadline");
    ShutdownHook.awaitQuiet(() -> status().ledger().logged(), endNs);
    return close(Duration.ofNanos(Math.max(0, endNs - System.nanoTime())));
  }

  private void sayWhatIsLeft(AuditStatus end) {
    long lost = engine.leftAndLost();
    long waiting = end.ledger().waiting();
    long kept = engine.kept(end.ledger());
    if (waiting == 0 && lost == 0) {
      return;
    }
    String why =
        end.lastError() == null ? "the deadline had passed" : "last error: " + end.lastError();
    EngineLog.warn(
        "{}closed: {} not delivered ({}): {} kept for the next start, {} in queues that end with"
            + " the program, {} lost",
        logPrefix,
        Counts.of(waiting + lost, "record was", "records were"),
        why,
        Counts.of(kept, "is", "are"),
        Counts.of(waiting - kept, "waits", "wait"),
        Counts.of(lost, "is", "are"));
  }
}
