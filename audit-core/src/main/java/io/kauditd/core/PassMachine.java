// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of the engine does: the passes, the connection, and what other threads asked for
 * in between. One thread alone calls it, but for {@link #isBacklogHigh}, which producers ask too.
 */
final class PassMachine {
  private static final QueueRole[] ROLES = QueueRole.values();
  private static final QueueRole[] BEFORE_MAIN = {QueueRole.HOLD, QueueRole.RETRY};

  private final Queues queues;
  private final EngineClock clock;
  private final Commands commands;
  private final Counters counters;
  private final FaultLog faults;
  private final TransportLink link;
  private final Router router;
  private final QueueWalker walker;
  private final PullListeners pulls;
  private final QueueLosses queueLosses;
  private final StatusBoard status;
  private final BacklogWait backlogWait;
  private final Pause retryPause;

  private @Nullable Connection connection;
  private boolean walking;
  private boolean flushAfterWalk;
  private boolean stalled;
  private boolean tookRecords;
  private boolean closed;
  private long nowNs;
  private long nextRetryNs;

  /** Records that the last pass met in the main queue and had to leave there. */
  private volatile int leftInMain;

  PassMachine(
      EngineParts parts,
      Queues queues,
      Commands commands,
      Counters counters,
      Losses losses,
      FaultLog faults,
      TransportLink link,
      PullListeners pulls,
      StatusBoard status) {
    this.queues = queues;
    this.clock = parts.clock();
    this.commands = commands;
    this.counters = counters;
    this.faults = faults;
    this.link = link;
    this.pulls = pulls;
    this.status = status;
    this.backlogWait = parts.backlogWait();
    this.retryPause = parts.retryPause();
    this.router = new Router(queues, parts.policy(), parts.printk(), losses, counters, faults);
    Batch batch = new Batch(parts.main(), pulls);
    this.walker =
        new QueueWalker(
            queues, router, link, batch, counters, this::carryOutCommands, this::madeRoom);
    this.queueLosses = new QueueLosses(queues, counters, losses, faults);
    pulls.beforePull(this::carryOutCommands);
    queueLosses.count();
    counters.highHold = parts.hold().size();
    counters.highRetry = parts.retry().size();
    status.show(null);
  }

  /** One turn of kauditd_thread(); see {@link AuditEngine#pass}. */
  boolean pass() {
    nowNs = clock.nanoTime();
    counters.passes++;
    PassEvent event = PassEvent.begin(counters);
    carryOutCommands();
    long peer = link.openIfDue(nowNs);
    if (peer > 0) {
      connection = new Connection(peer);
      status.show(connection); // before the first send, whose error is seen at once
    }
    int mainBefore = queues.main().size();
    long takenBefore = counters.takenFromMain;
    long deliveredBefore = counters.delivered;
    stalled = false;
    boolean ended = walkAll(connection);
    if (counters.delivered > deliveredBefore) {
      retryPause.restart();
    }
    long taken = counters.takenFromMain - takenBefore;
    tookRecords = taken > 0;
    leftInMain = (int) Math.max(0, mainBefore - taken);
    nextRetryNs = clock.nanoTime() + (stalled || hasHeldBack() ? retryPause.nextNs() : 0);
    for (QueueRole role : ROLES) {
      passEnded(queues.get(role));
    }
    queueLosses.count();
    status.show(connection);
    event.end(connection, counters, queues, ended);
    backlogWait.wakeAll();
    return ended;
  }

  /** Follows the loop of kauditd_thread(). */
  private boolean walkAll(@Nullable Connection to) {
    @Nullable Connection sendTo = to;
    boolean connected = to != null;
    for (QueueRole role : BEFORE_MAIN) {
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
    counters.highMain = Math.max(counters.highMain, queues.main().size());
    QueueWalker.End end = walk(QueueRole.MAIN, sendTo, connected);
    if (end == QueueWalker.End.BROKEN && sendTo != null) {
      reset(sendTo);
    }
    return end != QueueWalker.End.ENDLESS;
  }

  private QueueWalker.End walk(QueueRole role, @Nullable Connection to, boolean connected) {
    pulls.walk(role);
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

  private void madeRoom() {
    if (queues.main().size() <= queues.settings().backlogLimit() / 2) {
      backlogWait.halfFree();
    }
  }

  private void passEnded(AuditQueue queue) {
    try {
      queue.passEnded();
    } catch (Throwable e) { // code of a stranger
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
    ResetEvent.happened(broken, link.lastError());
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

  /** Carries out what other threads asked for, without a pass. */
  void runCommands() {
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
        case Command.Rotate() -> link.rotate();
        case Command.Resume() -> link.resume();
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
    int limit = queues.settings().backlogLimit();
    int high = limit == 0 ? Batch.MAX_RECORDS : limit / 2;
    return queues.main().size() - leftInMain > high;
  }

  /** Closes transport and queues as they are. */
  void close() {
    closed = true;
    link.close();
    status.show(connection);
    for (QueueRole role : ROLES) {
      try {
        queues.get(role).close();
      } catch (Throwable e) { // code of a stranger
        faults.threw(queues.get(role), "close", e);
      }
    }
  }
}
