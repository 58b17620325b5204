// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditEvent;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FlushResult;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.api.MulticastListener;
import io.kauditd.api.ProducerContext;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine with the kauditd thread: what an application embeds.
 *
 * <pre>{@code
 * try (Kauditd audit = Kauditd.builder().transport("memory", new MemoryTransport(1000)).start()) {
 *   audit.log(RecordType.USER_LOGIN, "op=login acct=\"alice\" res=success");
 * }
 * }</pre>
 *
 * <p>The thread sleeps without waking while there is nothing to do. It is woken only when it
 * sleeps: a producer adds its record and then looks whether the thread is parked; the thread says
 * that it will park and then looks whether a record is there. Both sides use volatile accesses, so
 * at least one of them sees the other.
 *
 * <p>After a pass that took records it {@linkplain KauditdBuilder#rest rests} for a millisecond, or
 * until half the backlog limit has come, and does not want to be woken for less. Where there was
 * one record there are often more: so a thread that logs a burst, or logs all the time, does not
 * pay for a wake-up with each record, and the two threads do not fight over the end of the queue.
 *
 * @since 0.1.0
 */
public final class Kauditd implements ManagedAuditLog {
  private static final Logger LOG = LoggerFactory.getLogger(Kauditd.class);

  /** The thread runs; it will look at the queue before it parks. */
  private static final int RUNNING = 0;

  /** The thread is parked, or about to; wake it for any record. */
  private static final int PARKED = 1;

  /**
   * The thread rests after a pass, or the daemon takes nothing just now; wake it if the backlog is
   * high.
   */
  private static final int PAUSING = 2;

  /** While closing, a daemon that takes nothing is asked again this often. */
  private static final long CLOSING_PAUSE_NS = 5_000_000;

  private final AuditEngine engine;
  private final long restNs;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int state = RUNNING;
  private volatile boolean closing;
  private volatile long closingEndNs;

  private Kauditd(EngineParts parts) {
    this.engine = new AuditEngine(parts, new ThreadWakeup());
    this.restNs = parts.restNs();
    this.thread = Thread.ofPlatform().name("kauditd").daemon(true).unstarted(this::run);
  }

  static Kauditd start(EngineParts parts) {
    Kauditd kauditd = new Kauditd(parts);
    kauditd.thread.start();
    return kauditd;
  }

  /** Builds an engine; a transport is all that it needs. */
  public static KauditdBuilder builder() {
    return new KauditdBuilder();
  }

  // The kauditd thread.

  private void run() {
    try {
      while (!closing) {
        engine.pass();
        rest();
        park();
      }
      drain();
    } catch (RuntimeException | Error e) {
      LOG.error("the kauditd thread ended; records are not delivered any more", e);
      throw e;
    } finally {
      try {
        engine.closeNow();
      } finally {
        ended.countDown(); // whatever a queue throws, nobody waits for it in close
      }
    }
  }

  private void rest() {
    if (restNs == 0 || !engine.tookRecords() || engine.isStalled()) {
      return;
    }
    state = PAUSING;
    // Look now that producers can see the state; see the class comment.
    if (!closing && !engine.isWanted()) {
      LockSupport.parkNanos(this, restNs);
    }
    state = RUNNING;
  }

  private void park() {
    long idleNs = engine.idleNs();
    if (idleNs <= 0) {
      return;
    }
    state = engine.isStalled() ? PAUSING : PARKED;
    // Look again, now that producers can see the state; see the class comment.
    if (!closing && engine.idleNs() > 0) {
      if (idleNs == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, idleNs);
      }
    }
    state = RUNNING;
  }

  /** Delivers what waits, until there is nothing left or the time is over. */
  private void drain() {
    engine.passUntil(this::isOver);
    while (engine.waiting() > 0 && !isOver()) {
      long leftNs = closingEndNs - System.nanoTime();
      LockSupport.parkNanos(this, Math.min(leftNs, Math.min(engine.idleNs(), CLOSING_PAUSE_NS)));
      engine.passUntil(this::isOver);
    }
  }

  private boolean isOver() {
    return closingEndNs - System.nanoTime() <= 0;
  }

  /** How producers and others get the thread going. */
  private final class ThreadWakeup implements Gate.Wakeup {
    @Override
    public void recordAdded() {
      wakeIfUseful();
    }

    private void wakeIfUseful() {
      int seen = state;
      if (seen != RUNNING && (seen == PARKED || engine.isBacklogHigh())) {
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

    @Override
    public boolean isKauditdThread() {
      return Thread.currentThread() == thread;
    }
  }

  private void wake() {
    if (state != RUNNING) {
      state = RUNNING; // so that the others need not wake it too
      LockSupport.unpark(thread);
    }
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
  public AuditEvent event() {
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
   * <p>If a transport does not return from a call in time, the status is the one of the last pass,
   * and the thread ends when the transport returns.
   */
  @Override
  public AuditStatus close(Duration deadline) {
    engine.stopAccepting();
    closingEndNs = System.nanoTime() + deadline.toNanos();
    closing = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (true) {
      try {
        // A little longer than the drain itself takes, which ends between two calls.
        long leftNs = closingEndNs - System.nanoTime();
        if (!ended.await(Math.max(leftNs, 0) + 2 * CLOSING_PAUSE_NS, TimeUnit.NANOSECONDS)) {
          LOG.warn("close: the transport did not return within {}", deadline);
        }
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return engine.status();
  }
}
