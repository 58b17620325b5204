// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.Routing;
import io.kauditd.spi.Routing.Target;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A walk over one queue: sends what can be sent, and routes the rest; follows kauditd_send_queue().
 *
 * <p>Between two calls of the transport at most one record is in flight, the one that comes next or
 * was refused. So whatever others do in between finds the queues as it would if records were sent
 * one by one, however many the transport is given with one call.
 */
final class Walk {
  /** A walk without a bound that put more records back than this is called endless. */
  private static final int ENDLESS_RECORDS = 2000;

  private final Queues queues;
  private final Router router;
  private final TransportLink link;
  private final Listeners listeners;
  private final Counters counters;
  private final Stage stage;
  private final int maxStaged;
  private final MainHead mainHead;
  private final InDoubt inDoubt = new InDoubt();

  private OwnedQueue queue;
  private @Nullable Connection to;
  private boolean connected;
  private int sizeAtStart;
  private long mostTurned; // at most so many are turned round, whatever the queue says of its size
  private long taken; // records taken from the queue and not put back
  private long bound; // the most that the walk takes
  private int attempts; // in a row, with the record at the head
  private boolean ranDry;
  private @Nullable End end;

  /** How a walk ended. */
  enum End {
    /** Everything was sent, or there was nobody to send to. */
    DONE,
    /** An attempt failed for good, or the queue cannot be read, and the daemon is still there. */
    STALLED,
    /** An attempt failed for good, and the connection with it. */
    BROKEN,
    /** The daemon left, and the policy sends nothing that might overtake what it has to move. */
    ABANDONED,
    /** It would have gone on for ever; v5.16 alone. */
    ENDLESS
  }

  Walk(
      Queues queues,
      Router router,
      TransportLink link,
      Listeners listeners,
      Counters counters,
      Stage stage,
      EngineParts parts) {
    this.queues = queues;
    this.router = router;
    this.link = link;
    this.listeners = listeners;
    this.counters = counters;
    this.stage = stage;
    this.maxStaged = parts.maxBatchRecords();
    this.mainHead = MainHead.of(queues, parts.numbersRecords(), maxStaged);
    this.queue = queues.main();
  }

  /**
   * Starts a walk.
   *
   * @param newTo the daemon to send to, or null to send nothing
   * @param newConnected whether the records are meant for a daemon that is there
   */
  void start(QueueRole role, @Nullable Connection newTo, boolean newConnected) {
    queue = queues.get(role);
    to = newTo;
    connected = newConnected;
    sizeAtStart = queue.size();
    mostTurned = Math.min(sizeAtStart, Math.max(0, queue.counted()));
    bound = router.walksOnce() ? sizeAtStart : Long.MAX_VALUE;
    taken = 0;
    attempts = 0;
    ranDry = false;
    end = sizeAtStart == 0 ? End.DONE : null;
    if (to == null && end == null) {
      end(routeRest() ? End.DONE : End.ENDLESS);
    }
  }

  /** How the walk ended; null while it goes on. */
  @Nullable End end() {
    return end;
  }

  private void end(End how) {
    end = how == End.DONE && ranDry ? End.STALLED : how;
  }

  QueueRole role() {
    return queue.role();
  }

  /** The oldest record in flight, or null. */
  @Nullable AuditRecord head() {
    return stage.head();
  }

  // Taking.

  /** Sees that a record is in flight to be sent next; if there is none, the walk ends. */
  boolean takeHead() {
    if (end != null) {
      return false;
    }
    if (stage.inFlight() == 0 && !take()) {
      end(End.DONE);
      return false;
    }
    return true;
  }

  /** Takes one more record in flight, and shows it to the listeners if it is new to them. */
  private boolean take() {
    if (taken >= bound) {
      return false;
    }
    AuditRecord record = queue.poll();
    if (record == null) {
      ranDry = taken < sizeAtStart && queue.size() > 0; // it has some, and cannot be read now
      return false;
    }
    taken++;
    if (role() == QueueRole.MAIN) {
      counters.takenFromMain++;
      boolean isNew = mainHead.isNew();
      record = mainHead.taken(record);
      if (isNew) {
        listeners.show(record);
      }
    }
    stage.add(record);
    return true;
  }

  /** So many records have left the main queue by themselves. */
  void leftMain(long count) {
    mainHead.left(count);
  }

  /**
   * Fills the stage. As many as could all go to the retry queue if the first of them failed: what
   * waits on the stage does not count against the limit of its queue.
   */
  private void fill() {
    int limit = queues.settings().backlogLimit();
    fill(limit == 0 ? maxStaged : Math.clamp(limit, 1, maxStaged));
  }

  private void fill(int most) {
    while (stage.inFlight() < most && take()) {
      // taken
    }
  }

  /** The youngest {@code count} in flight go back into their places, as if never taken. */
  private void putBack(int count) {
    if (count == 0) {
      return;
    }
    boolean inPlace = queue.putBack(count);
    int back = inPlace ? count : offerAgain(queue, stage.youngest(count));
    taken -= back;
    if (role() == QueueRole.MAIN) {
      counters.takenFromMain -= back;
      if (inPlace) {
        mainHead.putBack(stage.youngest(count));
      }
    }
    stage.dropYoungest(count);
  }

  /** Returns how many are in the queue again, which has not taken them back; the rest is lost. */
  private int offerAgain(OwnedQueue from, List<AuditRecord> youngest) {
    int back = from.offerAgain(youngest);
    router.lostByQueue(youngest.size() - back);
    return back;
  }

  /** The oldest {@code count} in flight are settled. */
  private void settle(int count) {
    stage.dropOldest(count);
    queue.acknowledge(count);
  }

  // Sending.

  /** One call of the transport, with as many records as the stage holds. */
  Outcome send() {
    Connection peer = Objects.requireNonNull(to);
    fill();
    SendResult result = link.send(stage, peer.peer());
    int sent = result.taken();
    SendError error = result.error();
    counters.delivered += sent;
    counters.sendAttempts += sent;
    counters.sentAgain += inDoubt.sent(stage, result);
    boolean gaveAll = sent == stage.given();
    settle(sent);
    attempts = sent > 0 ? 0 : attempts;
    if (error == null) {
      if (!gaveAll) {
        putBack(stage.inFlight());
      }
      return new Outcome.Sent(sent);
    }
    counters.sendAttempts++;
    counters.failedSends++;
    FailedSendEvent.happened(peer, role(), result);
    leaveHead();
    return new Outcome.Refused(error);
  }

  /** Puts back what is in flight behind the head, which so is all that others can meet. */
  void leaveHead() {
    putBack(Math.max(0, stage.inFlight() - 1));
  }

  /** Decides about the record that was refused, and so about the walk. */
  void refused(SendError error) {
    if (!takeHead()) {
      end = endOf(error);
      return;
    }
    AuditRecord record = Objects.requireNonNull(stage.head());
    if (error == SendError.REJECTED) {
      router.reject(record);
      settle(1);
      attempts = 0;
      return;
    }
    attempts++;
    Routing routing = router.ask(record, FailedSend.after(role(), error, attempts));
    if (routing.target() != Target.SEND_AGAIN || attempts >= FailedSend.MAX_ATTEMPTS) {
      end(giveUp(record, routing) ? endOf(error) : End.ENDLESS);
    }
  }

  private static End endOf(SendError error) {
    return error.endsConnection() ? End.BROKEN : End.STALLED;
  }

  /** Ends the walk with everything in its place. */
  void abandon() {
    putBack(stage.inFlight());
    end = End.ABANDONED;
  }

  /** Whether records are in doubt. */
  boolean hasDoubts() {
    return inDoubt.count() > 0;
  }

  /** Nothing waits any more, so nothing will be sent again. */
  void nothingWaits() {
    inDoubt.clear();
  }

  /** What is in doubt and lies in a queue that outlives the program is sent again by the next. */
  void leftInDoubt(long kept) {
    counters.sentAgain += Math.min(kept, inDoubt.count());
    inDoubt.clear();
  }

  // Routing.

  private FailedSend untried() {
    return FailedSend.untried(role(), connected);
  }

  /** Places the record that failed, and all behind it. Returns false if there is no end to that. */
  private boolean giveUp(AuditRecord failed, Routing routing) {
    Target target = routing.target();
    if (target == Target.KEEP_PLACE || target == Target.SEND_AGAIN) {
      putBack(1);
      return true;
    }
    if (target == Target.REQUEUE_LAST && router.walksOnce() && allGoLast()) {
      requeueAll();
      return true;
    }
    if (target == Target.REQUEUE_FIRST) {
      requeueFirst();
    } else if (place(failed, routing)) {
      return true;
    }
    return routeRest();
  }

  private boolean allGoLast() {
    Routing rest = router.askRest(untried());
    return rest != null && rest.target() == Target.REQUEUE_LAST;
  }

  /** Back to the head; a walk with a bound does not take it once more. */
  private void requeueFirst() {
    putBack(1);
    if (router.walksOnce()) {
      bound--;
    }
  }

  /** Places the head of the stage; returns whether it kept its place instead, which ends a walk. */
  private boolean place(AuditRecord head, Routing routing) {
    if (!router.place(head, routing, role())) {
      putBack(1);
      return true;
    }
    settle(1);
    return false;
  }

  /**
   * Puts all that was not sent at the end of its queue. If nothing was added meanwhile, it is there
   * already. So a hold queue that cannot be sent is not moved record by record.
   */
  private void requeueAll() {
    putBack(1);
    if (queue.size() == bound - taken) {
      return;
    }
    for (long left = mostTurned; left > 0 && take(); left--) {
      AuditRecord head = Objects.requireNonNull(stage.head());
      if (place(head, Routing.requeueLast())) {
        return;
      }
    }
  }

  /** Routes the records that the walk does not send. Returns false if there is no end to it. */
  private boolean routeRest() {
    FailedSend untried = untried();
    Routing all = router.askRest(untried);
    long turned = 0;
    while (stage.inFlight() > 0 || take()) {
      if (all != null && placeTogether(all)) {
        continue;
      }
      AuditRecord record = Objects.requireNonNull(stage.head());
      Routing routing = all != null ? all : router.ask(record, untried);
      Target target = routing.target();
      if (target == Target.KEEP_PLACE || target == Target.SEND_AGAIN) {
        putBack(1);
        return true;
      }
      if (target == Target.REQUEUE_FIRST) {
        requeueFirst();
      } else if (place(record, routing)) {
        return true;
      }
      if (turnsRound(target) && ++turned > mostTurned + ENDLESS_RECORDS) {
        counters.endlessPasses++;
        return false;
      }
    }
    return true;
  }

  /** Places several records at once, if one answer is for all and there is room for several. */
  private boolean placeTogether(Routing all) {
    int most = Math.min(router.roomFor(all, role()), maxStaged);
    if (most < 2) {
      return false;
    }
    fill(most);
    int count = Math.min(most, stage.inFlight());
    router.placeAll(stage.oldest(count), all);
    settle(count);
    return true;
  }

  /** Whether a record that goes there is met again by a walk without a bound. */
  private boolean turnsRound(Target target) {
    return switch (target) {
      case REQUEUE_FIRST, REQUEUE_LAST -> true;
      case RETRY_QUEUE -> role() == QueueRole.RETRY;
      case HOLD_QUEUE -> role() == QueueRole.HOLD;
      case SEND_AGAIN, KEEP_PLACE, DROP -> false;
    };
  }

  // The daemon leaves.

  /**
   * Moves the retry queue to the hold queue, since the daemon is gone; follows auditd_reset(). The
   * main queue stays, for the sake of the listeners. Called while at most the head is in flight.
   */
  void flushRetryQueue() {
    if (stage.inFlight() > 0 && role() == QueueRole.RETRY) {
      flushBehindHead();
    } else {
      flush(queues.retry(), queues.retry().size(), false);
    }
  }

  /**
   * The record in flight stays there, and those behind it leave the queue before it, which a queue
   * can only do from its head. So it changes places with them, by way of the end of the queue. If
   * the queue does not take it there, the others stay; then they are sent with the next daemon.
   */
  private void flushBehindHead() {
    int behind = queue.size();
    if (behind == 0 || !rotate(Objects.requireNonNull(stage.head()))) {
      return;
    }
    stage.dropOldest(1);
    flush(queue, behind, true);
    AuditRecord head = queue.poll();
    if (head != null) {
      stage.add(head);
    } else {
      taken--;
    }
  }

  /** The record in flight goes to the end of its queue; false if it could not. */
  private boolean rotate(AuditRecord record) {
    if (queue.add(record, Integer.MAX_VALUE) != OwnedQueue.Added.YES) {
      return false;
    }
    queue.acknowledge(1);
    return true;
  }

  private void flush(OwnedQueue retry, int count, boolean turnOver) {
    FailedSend failure = FailedSend.untried(QueueRole.RETRY, false);
    boolean moves = true;
    for (int i = 0; i < count; i++) {
      AuditRecord record = retry.poll();
      if (record == null) {
        return;
      }
      moves = moves && moves(record, failure);
      if (moves) {
        retry.acknowledge(1);
      } else if (!turnOver || !rotate(record)) {
        if (!retry.putBack(1)) {
          offerAgain(retry, List.of(record));
        }
        return;
      }
    }
  }

  private boolean moves(AuditRecord record, FailedSend failure) {
    Routing routing = router.ask(record, failure);
    return routing.target() != Target.KEEP_PLACE
        && routing.target() != Target.SEND_AGAIN
        && router.place(record, routing, QueueRole.RETRY);
  }
}
