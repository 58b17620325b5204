// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.Routing;
import io.kauditd.spi.Routing.Target;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import org.jspecify.annotations.Nullable;

/** Walks one queue: sends what can be sent, and routes the rest; follows kauditd_send_queue(). */
final class QueueWalker {
  /** A walk without a bound that put more records back than this is called endless. */
  private static final int ENDLESS_RECORDS = 2000;

  /** The most attempts in a row with one record, whatever the policy wants. */
  private static final int MAX_ATTEMPTS = 1000;

  private final Queues queues;
  private final Router router;
  private final TransportLink link;
  private final Batch batch;
  private final Counters counters;
  private final Runnable commands;
  private final Runnable madeRoom;

  /** How a walk ended. */
  enum End {
    /** Everything was sent, or there was nobody to send to. */
    DONE,
    /** An attempt failed for good, or the queue cannot be read, and the daemon is still there. */
    STALLED,
    /** An attempt failed for good, and the connection with it. */
    BROKEN,
    /** It would have gone on for ever; v5.16 alone. */
    ENDLESS
  }

  QueueWalker(
      Queues queues,
      Router router,
      TransportLink link,
      Batch batch,
      Counters counters,
      Runnable commands,
      Runnable madeRoom) {
    this.queues = queues;
    this.router = router;
    this.link = link;
    this.batch = batch;
    this.counters = counters;
    this.commands = commands;
    this.madeRoom = madeRoom;
  }

  /**
   * Walks a queue.
   *
   * @param to the daemon to send to, or null to send nothing
   * @param connected whether the records are meant for a daemon that is there
   */
  End walk(QueueRole role, @Nullable Connection to, boolean connected) {
    AuditQueue queue = queues.get(role);
    int size = queue.size();
    if (size == 0) {
      return End.DONE;
    }
    // As many as could all go to the retry queue if the first of them failed: a record that was
    // pulled from the main queue has been shown to the listeners and should not go back there.
    int limit = queues.settings().backlogLimit();
    int inFlight = limit == 0 ? Batch.MAX_RECORDS : limit;
    batch.begin(
        queue, router.walksOnce() ? size : Long.MAX_VALUE, to == null ? 0 : to.peer(), inFlight);
    End end = to != null ? send(role, to, size) : routeAll(role, connected, size);
    return end == End.DONE && batch.ranDry() ? End.STALLED : end;
  }

  private End routeAll(QueueRole role, boolean connected, int size) {
    return routeRest(role, connected, size) ? End.DONE : End.ENDLESS;
  }

  private End send(QueueRole role, Connection to, int size) {
    int attempts = 0;
    while (batch.head() != null) {
      batch.offerAgain();
      SendResult result = link.send(batch);
      counters.delivered += result.taken();
      counters.sendAttempts += result.taken();
      batch.settle(result.taken());
      // What others asked for while the attempt was made comes before its result.
      commands.run();
      madeRoom.run();
      attempts = result.taken() > 0 ? 0 : attempts;
      SendError error = result.error();
      if (error == null) {
        continue;
      }
      counters.sendAttempts++;
      counters.failedSends++;
      FailedSendEvent.happened(to, role, result);
      AuditRecord record = batch.head();
      if (record == null) {
        return endOf(error);
      }
      if (error == SendError.REJECTED) {
        router.reject(record);
        batch.settle(1);
        attempts = 0;
        continue;
      }
      attempts++;
      Routing routing = router.ask(record, new FailedSend(role, error, attempts, true));
      if (routing.target() != Target.SEND_AGAIN || attempts >= MAX_ATTEMPTS) {
        return giveUp(role, record, routing, size) ? endOf(error) : End.ENDLESS;
      }
    }
    return End.DONE;
  }

  private static End endOf(SendError error) {
    return error.endsConnection() ? End.BROKEN : End.STALLED;
  }

  /** Places the record that failed, and all behind it. Returns false if there is no end to that. */
  private boolean giveUp(QueueRole role, AuditRecord failed, Routing routing, int size) {
    Target target = routing.target();
    if (!batch.isDetached()) {
      if (target == Target.KEEP_PLACE || target == Target.SEND_AGAIN) {
        batch.putBack(0);
        return true;
      }
      Routing rest = router.askRest(unsent(role, true));
      boolean allLast = rest != null && rest.target() == Target.REQUEUE_LAST;
      if (target == Target.REQUEUE_LAST && allLast && router.walksOnce()) {
        requeueAll(role);
        return true;
      }
      if (target == Target.REQUEUE_FIRST) {
        batch.putBack(batch.inFlight() - (router.walksOnce() ? 1 : 0));
        return routeRest(role, true, size);
      }
    }
    router.place(failed, routing, role);
    batch.settle(1);
    return routeRest(role, true, size);
  }

  private static FailedSend unsent(QueueRole role, boolean connected) {
    return new FailedSend(role, SendError.ECONNREFUSED, 0, connected);
  }

  /**
   * Puts all that was not sent at the end of its queue. If nothing was added meanwhile, that is
   * where it is already: so a hold queue that cannot be sent is not turned over record by record.
   */
  private void requeueAll(QueueRole role) {
    AuditQueue queue = queues.get(role);
    long remaining = batch.remaining();
    batch.putBack(batch.inFlight());
    if (queue.size() == remaining) {
      return;
    }
    for (AuditRecord record = batch.head(); record != null; record = batch.head()) {
      router.place(record, Routing.requeueLast(), role);
      batch.settle(1);
    }
  }

  /** Routes the records that the walk does not send. Returns false if there is no end to it. */
  private boolean routeRest(QueueRole role, boolean connected, int size) {
    FailedSend unsent = unsent(role, connected);
    Routing all = router.askRest(unsent);
    long turned = 0;
    for (AuditRecord record = batch.head(); record != null; record = batch.head()) {
      commands.run();
      Routing routing = all != null ? all : router.ask(record, unsent);
      Target target = routing.target();
      boolean stays = target == Target.KEEP_PLACE || target == Target.SEND_AGAIN;
      if (stays && !batch.isDetached()) {
        batch.putBack(0);
        return true;
      }
      if (target == Target.REQUEUE_FIRST && !batch.isDetached()) {
        batch.putBack(batch.inFlight() - (router.walksOnce() ? 1 : 0));
      } else {
        router.place(record, routing, role);
        batch.settle(1);
      }
      if (turnsRound(target, role) && ++turned > size + ENDLESS_RECORDS) {
        batch.putBack(0);
        counters.endlessPasses++;
        return false;
      }
    }
    return true;
  }

  /** Whether a record that goes there is met again by a walk without a bound. */
  private static boolean turnsRound(Target target, QueueRole walked) {
    return switch (target) {
      case REQUEUE_FIRST, REQUEUE_LAST -> true;
      case RETRY_QUEUE -> walked == QueueRole.RETRY;
      case HOLD_QUEUE -> walked == QueueRole.HOLD;
      case SEND_AGAIN, KEEP_PLACE, DROP -> false;
    };
  }

  /**
   * Moves the retry queue to the hold queue, since the daemon is gone; follows auditd_reset(). The
   * main queue stays, for the sake of the listeners.
   */
  void flushRetryQueue() {
    AuditQueue retry = queues.retry();
    int bound = retry.size();
    if (bound == 0) {
      return;
    }
    batch.detach(retry);
    FailedSend failure = unsent(QueueRole.RETRY, false);
    for (int i = 0; i < bound; i++) {
      AuditRecord record = retry.poll();
      if (record == null) {
        return;
      }
      Routing routing = router.ask(record, failure);
      if (routing.target() == Target.KEEP_PLACE || routing.target() == Target.SEND_AGAIN) {
        retry.putBack(1);
        return;
      }
      router.place(record, routing, QueueRole.RETRY);
      retry.acknowledge(1);
    }
  }

  /** Whether the retry queue is being walked, with records in flight. */
  boolean isMidway() {
    return batch.inFlight() > 0;
  }
}
