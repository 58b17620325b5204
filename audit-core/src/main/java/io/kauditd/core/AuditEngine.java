// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditEvent;
import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.MulticastListener;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * kauditd's state machine. It starts no thread and never sleeps; one call of {@link #pass} is one
 * turn of kauditd_thread(): hold queue, retry queue, main queue.
 *
 * <p><b>Threads</b>: {@link #pass}, {@link #runCommands} and {@link #closeNow} belong to one
 * thread, the owner. Everything else may be called by any thread. {@link Kauditd} is an owner with
 * a thread of its own; an application that has a loop already can be the owner itself.
 *
 * <p>No lock is held while a plug-in is called.
 */
public final class AuditEngine implements AuditLog {
  private final EngineParts parts;
  private final Gate.Wakeup wakeup;
  private final Queues queues;
  private final EngineClock clock;
  private final AtomicReference<AuditSettings> settings;
  private final AtomicLong serial = new AtomicLong();
  private final Commands commands = new Commands();
  private final CopyOnWriteArrayList<MulticastListener> listeners = new CopyOnWriteArrayList<>();
  private final Counters counters = new Counters();
  private final FaultLog faults = new FaultLog();
  private final Gate gate;
  private final TransportLink link;
  private final Router router;
  private final QueueWalker walker;
  private final StatusBoard status;
  private final Pause retryPause;
  private final QueueLosses queueLosses;

  // The owner's own.
  private @Nullable Connection connection;
  private QueueRole walked = QueueRole.MAIN;
  private boolean walking;
  private boolean flushAfterWalk;
  private boolean stalled;
  private long nowNs;
  private long nextRetryNs;

  /** Records that the last pass met in the main queue and had to leave there. */
  private volatile int leftInMain;

  private volatile boolean closed;

  AuditEngine(EngineParts parts, Gate.Wakeup wakeup) {
    this.parts = parts;
    this.wakeup = wakeup;
    this.clock = parts.clock();
    this.settings = new AtomicReference<>(parts.settings());
    this.queues = new Queues(parts.main(), parts.retry(), parts.hold(), settings::get);
    Printk printk = parts.printk();
    Losses losses = new Losses(clock, settings::get, printk, parts.panicHandler());
    this.gate =
        new Gate(
            parts.main(),
            settings::get,
            new RateLimit(clock),
            losses,
            printk,
            parts.backlogWait(),
            wakeup);
    this.router = new Router(queues, parts.policy(), printk, losses, counters, faults);
    this.link = new TransportLink(parts.transport(), new Context(), parts.reopenPause(), faults);
    Batch batch = new Batch(parts.main(), new Pull());
    this.walker = new QueueWalker(queues, router, link, batch, counters, this::carryOutCommands);
    this.status = new StatusBoard(queues, counters, losses, gate);
    this.retryPause = parts.retryPause();
    this.queueLosses = new QueueLosses(queues, counters, losses, faults);
    queueLosses.count();
    counters.highHold = parts.hold().size();
    counters.highRetry = parts.retry().size();
    status.show(null);
  }

  /**
   * Runs one pass: carries out the commands that wait, opens the transport if it is due, walks the
   * hold queue, the retry queue and the main queue, and wakes the producers that wait for room.
   *
   * <p><b>Thread</b>: the owner. <b>Blocking</b>: as long as the transport takes for what it sends.
   *
   * @return whether the pass came to its end; false only for the endless one of v5.16, which is
   *     broken off
   */
  public boolean pass() {
    nowNs = clock.nanoTime();
    counters.passes++;
    carryOutCommands();
    long peer = link.openIfDue(nowNs);
    if (peer > 0) {
      connection = new Connection(peer);
    }
    int mainBefore = queues.main().size();
    long takenBefore = counters.takenFromMain;
    counters.highMain = Math.max(counters.highMain, mainBefore);
    long deliveredBefore = counters.delivered;
    stalled = false;
    boolean ended = walkAll(connection);
    if (counters.delivered > deliveredBefore) {
      retryPause.restart();
    }
    leftInMain = (int) Math.max(0, mainBefore - (counters.takenFromMain - takenBefore));
    nextRetryNs = clock.nanoTime() + (stalled || hasHeldBack() ? retryPause.nextNs() : 0);
    for (QueueRole role : QueueRole.values()) {
      passEnded(queues.get(role));
    }
    queueLosses.count();
    status.show(connection);
    parts.backlogWait().wakeAll();
    return ended;
  }

  /** Follows the loop of kauditd_thread(). */
  private boolean walkAll(@Nullable Connection to) {
    @Nullable Connection sendTo = to;
    boolean connected = to != null;
    for (QueueRole role : new QueueRole[] {QueueRole.HOLD, QueueRole.RETRY}) {
      if (sendTo == null) {
        break;
      }
      QueueWalker.End end = walk(role, sendTo, true);
      if (end == QueueWalker.End.ENDLESS) {
        return false;
      }
      if (end == QueueWalker.End.BROKEN) {
        reset(sendTo);
        connected = false;
        sendTo = null;
      } else if (router.stopsPass() && (end == QueueWalker.End.STALLED || sendTo != connection)) {
        // Also when the daemon left or was replaced meanwhile: the retry queue may have moved.
        sendTo = null;
        connected = connection != null;
      }
    }
    QueueWalker.End end = walk(QueueRole.MAIN, sendTo, connected);
    if (end == QueueWalker.End.BROKEN && sendTo != null) {
      reset(sendTo);
    }
    return end != QueueWalker.End.ENDLESS;
  }

  private QueueWalker.End walk(QueueRole role, @Nullable Connection to, boolean connected) {
    walked = role;
    walking = true;
    QueueWalker.End end;
    try {
      end = walker.walk(role, to, connected);
    } finally {
      walking = false;
    }
    stalled |= end != QueueWalker.End.DONE;
    if (flushAfterWalk) {
      flushAfterWalk = false;
      walker.flushRetryQueue();
    }
    return end;
  }

  private void passEnded(AuditQueue queue) {
    try {
      queue.passEnded();
    } catch (RuntimeException e) {
      faults.threw(queue, "passEnded", e);
    }
  }

  /** Gives up the connection, if it is still that one; follows auditd_reset(). */
  private void reset(Connection broken) {
    if (broken != connection) {
      return; // another daemon has registered meanwhile, or it was unregistered already
    }
    connection = null;
    counters.resets++;
    link.reset(nowNs);
    flushRetryQueue();
  }

  private void flushRetryQueue() {
    if (walking && router.stopsPass()) {
      flushAfterWalk = true; // what is in flight is older, and must not be overtaken
    } else {
      walker.flushRetryQueue();
    }
  }

  /** Carries out what other threads asked for, without a pass. <b>Thread</b>: the owner. */
  public void runCommands() {
    nowNs = clock.nanoTime();
    carryOutCommands();
    status.show(connection);
  }

  private void carryOutCommands() {
    if (commands.isEmpty()) {
      return;
    }
    for (Command command = commands.next(); command != null; command = commands.next()) {
      switch (command) {
        case Command.Connect(long peer) -> connection = new Connection(peer);
        case Command.Disconnect(long peer) -> unregister(peer);
      }
    }
  }

  private void unregister(long peer) {
    boolean isThatOne = connection != null && connection.peer() == peer;
    if (peer == Command.Disconnect.ANY || isThatOne) {
      connection = null;
      link.disconnected(nowNs);
      flushRetryQueue();
    }
  }

  /**
   * How long the owner may wait before the next pass: at most this many nanoseconds; 0 for no wait,
   * {@link Long#MAX_VALUE} for no limit. To be asked again when a record was logged or somebody has
   * connected.
   */
  public long idleNs() {
    long now = clock.nanoTime();
    if (!commands.isEmpty()) {
      return 0;
    }
    if (isStalled()) {
      return isBacklogHigh() ? 0 : Math.max(0, nextRetryNs - now);
    }
    if (queues.main().size() > 0) {
      return 0;
    }
    long idle = Long.MAX_VALUE;
    if (link.wantsOpening() && !closed) {
      idle = Math.max(0, link.nextOpenInNs(now));
    }
    if (hasHeldBack()) {
      idle = Math.min(idle, Math.max(0, nextRetryNs - now));
    }
    return idle;
  }

  /** Whether records wait in the retry or hold queue although a daemon is connected. */
  private boolean hasHeldBack() {
    return connection != null && (queues.retry().size() > 0 || queues.hold().size() > 0);
  }

  /** Whether the last pass could not send all it wanted, so that the next one may wait a little. */
  boolean isStalled() {
    return stalled;
  }

  /** Records that wait anywhere. */
  long waiting() {
    return (long) queues.main().size() + queues.retry().size() + queues.hold().size();
  }

  /**
   * Whether so many records came that a pass should not be put off. What the last pass had to leave
   * does not count: 'ordered' leaves a full main queue behind a full retry queue, and the thread
   * would go round without a pause for as long as the daemon takes nothing.
   */
  boolean isBacklogHigh() {
    int limit = settings.get().backlogLimit();
    int high = limit == 0 ? Batch.MAX_RECORDS : limit / 2;
    return queues.main().size() - leftInMain > high;
  }

  // Producers, and everybody else.

  @Override
  public boolean log(int type, String text) {
    return gate.log(
        AuditRecord.of(type, clock.currentTimeMs(), serial.incrementAndGet(), text),
        ProducerContext.BLOCKING);
  }

  @Override
  public boolean log(AuditRecord record, ProducerContext context) {
    return gate.log(record, context);
  }

  @Override
  public AuditEvent event() {
    return new StampedEvent(this, clock.currentTimeMs(), serial.incrementAndGet());
  }

  @Override
  public AuditStatus status() {
    return status.read(
        settings.get(), parts.policyId(), parts.transportId(), link.lastError(), closed);
  }

  @Override
  public void configure(UnaryOperator<AuditSettings> change) {
    settings.updateAndGet(change);
    parts.backlogWait().wakeAll(); // a higher limit may be all that a producer waits for
  }

  @Override
  public void addListener(MulticastListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(MulticastListener listener) {
    listeners.remove(listener);
  }

  /** A daemon registers, at the next moment between two attempts; it replaces any other. */
  public void connect(long peer) {
    post(new Command.Connect(peer));
  }

  /** The daemon unregisters, whichever it is, at the next moment between two attempts. */
  public void disconnect() {
    post(new Command.Disconnect(Command.Disconnect.ANY));
  }

  private void post(Command command) {
    commands.post(command);
    wakeup.commandPosted();
  }

  /** From now on nothing is accepted. */
  void stopAccepting() {
    gate.close();
  }

  /**
   * Runs passes, without pauses, until nothing waits, a pass delivers nothing, or the deadline has
   * passed; then closes. For an owner without a thread. <b>Thread</b>: the owner.
   */
  @Override
  public AuditStatus close(Duration deadline) {
    stopAccepting();
    long endNs = clock.nanoTime() + deadline.toNanos();
    long deliveredBefore = -1;
    while (!closed
        && waiting() > 0
        && counters.delivered > deliveredBefore
        && clock.nanoTime() - endNs < 0) {
      deliveredBefore = counters.delivered;
      pass();
    }
    closeNow();
    return status();
  }

  /** Closes transport and queues as they are. <b>Thread</b>: the owner. */
  void closeNow() {
    stopAccepting();
    if (closed) {
      return;
    }
    closed = true;
    link.close();
    status.show(connection);
    for (QueueRole role : QueueRole.values()) {
      try {
        queues.get(role).close();
      } catch (RuntimeException e) {
        faults.threw(queues.get(role), "close", e);
      }
    }
  }

  /** What happens around the pull of a record; follows kauditd_send_multicast_skb(). */
  private final class Pull implements Batch.PullHook {
    private int shownAlready; // records at the head of the main queue that listeners have seen

    @Override
    public void onPutBack(int count) {
      if (walked == QueueRole.MAIN) {
        counters.takenFromMain -= count;
        shownAlready += count;
      }
    }

    @Override
    public void beforePull() {
      carryOutCommands();
    }

    @Override
    public void onPull(AuditRecord record) {
      if (walked != QueueRole.MAIN) {
        return;
      }
      counters.takenFromMain++;
      if (shownAlready > 0) {
        shownAlready--;
        return;
      }
      for (MulticastListener listener : listeners) {
        try {
          listener.onRecord(record);
        } catch (RuntimeException e) {
          faults.threw(listener, "onRecord", e);
        }
      }
    }
  }

  /** What a transport may ask for. */
  private final class Context implements TransportContext {
    @Override
    public void connect(long peer) {
      AuditEngine.this.connect(peer);
    }

    @Override
    public void disconnect(long peer) {
      post(new Command.Disconnect(peer));
    }

    @Override
    public AuditLog log() {
      return AuditEngine.this;
    }
  }
}
