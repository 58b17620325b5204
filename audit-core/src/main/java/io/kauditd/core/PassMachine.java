// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.Ledger;
import io.kauditd.spi.QueueRole;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of the engine does: the passes, the connection, and the requests of other threads.
 * Only one thread calls it; producers call {@link #isBacklogHigh}, too.
 *
 * <p>A pass is a sequence of steps. {@link #advance} takes the next record in flight. {@link #send}
 * makes one call of the transport and handles the result. Nothing calls back into the machine in
 * between: a request of another thread waits as a {@link Command}, and is carried out in one place,
 * while at most one record is in flight.
 */
final class PassMachine {
  private static final QueueRole[] ROLES = QueueRole.values();

  /** A backlog without a limit is high with more than this. */
  private static final int HIGH_RECORDS = 1_024;

  private final Queues queues;
  private final EngineClock clock;
  private final Commands commands;
  private final Counters counters;
  private final TransportLink link;
  private final Router router;
  private final Walk walk;
  private final QueueLosses queueLosses;
  private final StatusBoard status;
  private final LongSupplier accepted;
  private final Settlement settlement;
  private final BacklogWait backlogWait;
  private final Pause retryPause;

  private @Nullable Connection connection;
  private boolean closed;
  private long nowNs;
  private long nextRetryNs;

  // Of the pass that goes on.
  private boolean going;
  private @Nullable QueueRole next; // the queue to walk after this one
  private boolean walking;
  private @Nullable Connection sendTo;
  private boolean connected;
  private boolean endless;
  private int mainBefore;
  private long takenBefore;
  private long deliveredBefore;
  private @Nullable PassEvent event;

  // Of the last pass.
  private boolean stalled;
  private boolean tookRecords;

  /** Records that the last pass met in the main queue and had to leave there. */
  private volatile int leftInMain;

  PassMachine(
      EngineParts parts,
      Queues queues,
      Commands commands,
      Counters counters,
      Losses losses,
      TransportLink link,
      Listeners listeners,
      LongSupplier accepted,
      StatusBoard status) {
    this.queues = queues;
    this.clock = parts.clock();
    this.commands = commands;
    this.counters = counters;
    this.link = link;
    this.accepted = accepted;
    this.status = status;
    this.backlogWait = parts.backlogWait();
    this.retryPause = parts.retryPause();
    this.router =
        new Router(
            queues,
            parts.policy(),
            parts.printk(),
            losses,
            counters,
            parts.foreign(),
            parts.rejectedTo());
    Stage stage = new Stage(commands, parts.maxBatchRecords());
    this.walk = new Walk(queues, router, link, listeners, counters, stage, parts);
    this.settlement = new Settlement(queues, router.keepsOrder());
    this.queueLosses = new QueueLosses(queues, counters, losses);
    queueLosses.countAtStart();
    counters.highHold = queues.hold().size();
    counters.highRetry = queues.retry().size();
    status.show(null);
  }

  /**
   * One turn of kauditd_thread(); see {@link AuditEngine#pass}. It is broken off, between two calls
   * of the transport, when it has no more time.
   */
  boolean pass(BooleanSupplier over) {
    begin();
    while (advance()) {
      if (over.getAsBoolean()) {
        breakOff();
      } else {
        send();
      }
    }
    return !endless;
  }

  /** Begins a pass. */
  void begin() {
    if (going) {
      throw new IllegalStateException("a pass goes on already");
    }
    going = true;
    nowNs = clock.nanoTime();
    counters.passes++;
    event = FlightEvents.pass(counters);
    carryOutCommands();
    Connection opened = link.openIfDue(nowNs);
    if (opened != null) {
      connection = opened;
      status.show(connection); // before the first send, whose error is seen at once
    }
    mainBefore = queues.main().size();
    takenBefore = counters.takenFromMain;
    deliveredBefore = counters.delivered;
    stalled = false;
    endless = false;
    sendTo = connection;
    connected = connection != null;
    next = QueueRole.HOLD;
    walking = false;
  }

  /**
   * Takes the record in flight that is to be sent next. Returns false if there is none: then the
   * pass has ended.
   */
  boolean advance() {
    while (true) {
      if (walking) {
        if (walk.takeHead()) {
          return true;
        }
        walkEnded();
      } else if (next != null) {
        startWalk(next);
      } else {
        if (going) {
          passEnded();
        }
        return false;
      }
    }
  }

  /** Follows the loop of kauditd_thread(). */
  private void startWalk(QueueRole role) {
    next =
        switch (role) {
          case HOLD -> QueueRole.RETRY;
          case RETRY -> QueueRole.MAIN;
          case MAIN -> null;
        };
    if (role == QueueRole.MAIN) {
      counters.highMain = Math.max(counters.highMain, queues.main().size());
    } else if (sendTo == null) {
      return;
    }
    walking = true;
    walk.start(role, sendTo, connected);
  }

  /** The record that the next call of the transport begins with, or null. */
  @Nullable AuditRecord inFlight() {
    return walking ? walk.head() : null;
  }

  /** One call of the transport; {@link #advance} has taken the record that it begins with. */
  void send() {
    carryOutCommands();
    if (!walking || walk.end() != null || !walk.takeHead()) {
      return;
    }
    Outcome outcome = walk.send();
    // What others asked for while the attempt was made comes before its result.
    carryOutCommands();
    madeRoom();
    if (outcome instanceof Outcome.Refused(var error) && walk.end() == null) {
      walk.refused(error);
    }
    lookHowFarSettled();
  }

  private void lookHowFarSettled() {
    settlement.update(counters.takenFromMain - queues.main().inFlight(), accepted.getAsLong());
  }

  /** How far records are settled; for all threads. */
  Settlement settlement() {
    return settlement;
  }

  /** Ends the pass where it is, with what was not sent in its place. */
  void breakOff() {
    if (walking && walk.end() == null) {
      walk.abandon();
    }
    walking = false;
    stalled = true;
    next = null;
    advance();
  }

  /** Ends the pass if one goes on. */
  void endPass() {
    if (going) {
      breakOff();
    }
  }

  private void walkEnded() {
    walking = false;
    QueueRole role = walk.role();
    Walk.End end = walk.end();
    stalled |= end != Walk.End.DONE;
    if (end == Walk.End.ENDLESS) {
      endless = true;
      next = null;
    } else if (end == Walk.End.BROKEN) {
      reset(sendTo);
      sendTo = null;
      connected = false;
    } else if (end == Walk.End.ABANDONED) {
      sendNoMore();
      next = QueueRole.MAIN;
    } else if (router.stopsPass() && sendTo != null && role != QueueRole.MAIN) {
      // Also when the daemon left or was replaced meanwhile: the retry queue may have moved.
      if (end == Walk.End.STALLED || sendTo != connection) {
        sendNoMore();
      }
    }
  }

  private void sendNoMore() {
    sendTo = null;
    connected = connection != null;
  }

  private void passEnded() {
    if (counters.delivered > deliveredBefore) {
      retryPause.restart();
    }
    long taken = counters.takenFromMain - takenBefore;
    tookRecords = taken > 0;
    leftInMain = (int) Math.max(0, mainBefore - taken);
    nextRetryNs = clock.nanoTime() + (stalled || hasHeldBack() ? retryPause.nextNs() : 0);
    for (QueueRole role : ROLES) {
      queues.get(role).passEnded();
    }
    walk.leftMain(queueLosses.count());
    queues.retry().checkSize();
    queues.hold().checkSize();
    lookHowFarSettled();
    if (walk.hasDoubts() && waiting() == 0) {
      walk.nothingWaits();
    }
    status.show(connection);
    settlement.publish();
    if (event != null) {
      event.end(connection, counters, queues, !endless);
    }
    going = false;
    backlogWait.wakeAll();
  }

  private void madeRoom() {
    if (queues.main().size() <= queues.settings().backlogLimit() / 2) {
      backlogWait.halfFree();
    }
  }

  // The connection.

  /** Gives up the connection, if it is still that one; follows auditd_reset(). */
  private void reset(@Nullable Connection broken) {
    if (broken == null || broken != connection) {
      return; // another daemon has registered meanwhile, or it was unregistered already
    }
    connection = null;
    counters.resets++;
    ResetEvent.happened(broken, link.lastError());
    link.reset(nowNs);
    walk.flushRetryQueue();
  }

  /**
   * Carries out what other threads asked for, here and now; between two steps of a pass as well.
   */
  void runCommands() {
    if (!going) {
      nowNs = clock.nanoTime();
    }
    carryOutCommands();
    if (!going) {
      status.show(connection);
    }
  }

  private void carryOutCommands() {
    if (commands.isEmpty()) {
      return;
    }
    if (walking && walk.end() == null) {
      walk.leaveHead();
    }
    for (Command command = commands.next(); command != null; command = commands.next()) {
      switch (command) {
        case Command.Connect(long peer) -> {
          connection = new Connection(peer);
          link.registered();
        }
        case Command.Disconnect(long peer, String reason) -> unregister(peer, reason);
        case Command.Rotate() -> link.rotate();
        case Command.Resume() -> link.resume();
      }
    }
  }

  private void unregister(long peer, @Nullable String reason) {
    boolean isThatOne = connection != null && connection.peer() == peer;
    if (peer == Command.Disconnect.ANY || isThatOne) {
      if (connection != null) {
        link.unregistered(reason);
      }
      connection = null;
      link.disconnected(nowNs);
      if (walking && walk.end() == null && router.stopsPass()) {
        walk.abandon(); // what is in flight is older than what moves, and must not be overtaken
      }
      walk.flushRetryQueue();
    }
  }

  // Between two passes.

  /** How long the next pass may wait; see {@link AuditEngine#idleNs}. */
  long idleNs() {
    long now = clock.nanoTime();
    if (!commands.isEmpty()) {
      return 0;
    }
    if (isStalled()) {
      return isBacklogHigh() ? 0 : Math.max(0, nextRetryNs - now);
    }
    // What a policy leaves in the main queue while nobody is there waits for somebody to come.
    if (queues.main().size() > (connection == null ? leftInMain : 0)) {
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

  /** Whether the last pass took records from the main queue. */
  boolean tookRecords() {
    return tookRecords;
  }

  /** Records of a ledger that wait in queues which outlive the program. Any thread. */
  long kept(Ledger ledger) {
    return (queues.main().outlivesProgram() ? ledger.inMain() : 0)
        + (queues.retry().outlivesProgram() ? ledger.inRetry() : 0)
        + (queues.hold().outlivesProgram() ? ledger.inHold() : 0);
  }

  private long keptNow() {
    long kept = 0;
    for (QueueRole role : ROLES) {
      OwnedQueue queue = queues.get(role);
      kept += queue.outlivesProgram() ? queue.size() : 0;
    }
    return kept;
  }

  /** Records that wait anywhere. */
  long waiting() {
    return (long) queues.main().size() + queues.retry().size() + queues.hold().size();
  }

  /**
   * Whether so many records came that a pass should not be delayed. Records that the last pass had
   * to leave do not count: 'ordered' leaves a full main queue behind a full retry queue, and the
   * thread would loop without a pause while the daemon takes nothing.
   */
  boolean isBacklogHigh() {
    int limit = queues.settings().backlogLimit();
    int high = limit == 0 ? HIGH_RECORDS : limit / 2;
    return queues.main().size() - leftInMain > high;
  }

  /** What is left in these queues will never be delivered; counts it as lost, and says how much. */
  long dropLeft(Set<QueueRole> roles) {
    long left = 0;
    for (QueueRole role : roles) {
      left += queueLosses.left(role);
    }
    return left;
  }

  /** Closes transport and queues as they are. */
  void close() {
    closed = true;
    link.close();
    walk.leftInDoubt(keptNow());
    status.show(connection);
    for (QueueRole role : ROLES) {
      queues.get(role).close();
    }
  }
}
