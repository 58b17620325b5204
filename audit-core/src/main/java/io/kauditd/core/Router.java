// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.LostReason;
import io.kauditd.api.ProducerContext;
import io.kauditd.api.RecordType;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.Routing;
import io.kauditd.spi.Routing.WhenFull;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks the error policy and carries its answers out: prints, enqueues, drops and counts. Follows
 * kauditd_hold_skb(), kauditd_retry_skb() and kauditd_rehold_skb().
 */
final class Router {
  private static final Routing KEEP_PLACE = Routing.keepPlace();

  private final Queues queues;
  private final ErrorPolicy policy;
  private final Printk printk;
  private final Losses losses;
  private final Counters counters;
  private final ForeignCode foreign;
  private final @Nullable AuditLog rejected;
  private final boolean walksOnce;
  private final boolean stopsPass;
  private final boolean keepsOrder;

  Router(
      Queues queues,
      ErrorPolicy policy,
      Printk printk,
      Losses losses,
      Counters counters,
      ForeignCode foreign,
      @Nullable AuditLog rejected) {
    this.queues = queues;
    this.policy = policy;
    this.printk = printk;
    this.losses = losses;
    this.counters = counters;
    this.foreign = foreign;
    this.rejected = rejected;
    this.walksOnce = foreign.asks(policy, "walksOnce", policy::walksOnce, true);
    this.stopsPass = foreign.asks(policy, "stopsPass", policy::stopsPass, false);
    this.keepsOrder = foreign.asks(policy, "keepsOrder", policy::keepsOrder, false);
  }

  /** The policy's answer for one record; mainline's, if the policy fails. */
  Routing ask(AuditRecord record, FailedSend failure) {
    try {
      Routing routing = policy.route(record, failure, queues);
      if (routing != null) {
        return onceThroughMain(routing, failure);
      }
      foreign.faults().broke(policy, "route", "it returned null");
    } catch (Throwable e) { // plug-in code
      foreign.faults().threw(policy, "route", e);
    } finally {
      foreign.calm();
    }
    return KernelPolicy.MAINLINE.route(record, failure, queues);
  }

  /** The policy's answer for the rest of a walk, if it has one. */
  @Nullable Routing askRest(FailedSend failure) {
    Routing routing = foreign.get(policy, "routeRest", () -> policy.routeRest(failure));
    return routing == null ? null : onceThroughMain(routing, failure);
  }

  /**
   * A record passes through the main queue once. At its end it would be a new one: logged a second
   * time in the ledger, and shown to the listeners again.
   */
  private static Routing onceThroughMain(Routing routing, FailedSend failure) {
    return routing.target() == Routing.Target.REQUEUE_LAST && failure.queue() == QueueRole.MAIN
        ? KEEP_PLACE
        : routing;
  }

  boolean walksOnce() {
    return walksOnce;
  }

  boolean stopsPass() {
    return stopsPass;
  }

  boolean keepsOrder() {
    return keepsOrder;
  }

  /**
   * Places a record that leaves the walk; {@code from} is the queue it came from. Returns false if
   * it keeps its place there after all.
   */
  boolean place(AuditRecord record, Routing routing, QueueRole from) {
    if (routing.onlyIfAuditDefault() && !queues.settings().auditDefault()) {
      printIf(routing.printed(), record);
      drop(LostReason.NOT_HELD);
      return true;
    }
    return switch (routing.target()) {
      case RETRY_QUEUE -> enqueue(record, routing, QueueRole.RETRY, from);
      case HOLD_QUEUE -> enqueue(record, routing, QueueRole.HOLD, from);
      case REQUEUE_LAST, REQUEUE_FIRST, KEEP_PLACE, SEND_AGAIN ->
          enqueue(record, routing, from, from);
      case DROP -> {
        printIf(routing.printed(), record);
        drop(LostReason.SHED);
        yield true;
      }
    };
  }

  /**
   * How many records that leave a queue by one answer can be {@linkplain #placeAll placed at once};
   * 0 if each is to be looked at alone.
   */
  int roomFor(Routing routing, QueueRole from) {
    QueueRole to = targetOf(routing);
    if (to == null || to == from || routing.whenFull() != WhenFull.LOSE) {
      return 0;
    }
    if (routing.onlyIfAuditDefault() && !queues.settings().auditDefault()) {
      return 0;
    }
    OwnedQueue queue = queues.get(to);
    return queue.boundsItself() ? Integer.MAX_VALUE : Math.max(0, capacity(routing) - queue.size());
  }

  private static @Nullable QueueRole targetOf(Routing routing) {
    return switch (routing.target()) {
      case RETRY_QUEUE -> QueueRole.RETRY;
      case HOLD_QUEUE -> QueueRole.HOLD;
      case REQUEUE_LAST, REQUEUE_FIRST, KEEP_PLACE, SEND_AGAIN, DROP -> null;
    };
  }

  /**
   * Places records for which there is {@linkplain #roomFor room}, as {@link #place} does one by
   * one. The queue is given all of them in one call, so that one on a disk writes them at once.
   */
  void placeAll(List<AuditRecord> records, Routing routing) {
    QueueRole to = Objects.requireNonNull(targetOf(routing));
    OwnedQueue queue = queues.get(to);
    int capacity = capacity(routing);
    for (AuditRecord record : records) {
      printIf(routing.printed(), record);
    }
    int taken = queue.addAll(records, capacity);
    for (AuditRecord record : records.subList(taken, records.size())) {
      OwnedQueue.Added added = queue.add(record, capacity);
      if (added != OwnedQueue.Added.YES) {
        printIf(routing.printedOnOverflow(), record);
        notTaken(added, to);
      }
    }
    seeHighest();
  }

  private void seeHighest() {
    counters.highRetry = Math.max(counters.highRetry, queues.retry().size());
    counters.highHold = Math.max(counters.highHold, queues.hold().size());
  }

  private void notTaken(OwnedQueue.Added added, QueueRole to) {
    drop(added == OwnedQueue.Added.FAILED ? LostReason.QUEUE_FAILURE : overflowOf(to));
  }

  private int capacity(Routing routing) {
    int limit = queues.settings().backlogLimit();
    return routing.bounded() && limit > 0 ? limit : Integer.MAX_VALUE;
  }

  private static LostReason overflowOf(QueueRole role) {
    return switch (role) {
      case MAIN -> LostReason.BACKLOG_LIMIT;
      case RETRY -> LostReason.RETRY_OVERFLOW;
      case HOLD -> LostReason.HOLD_OVERFLOW;
    };
  }

  private boolean enqueue(AuditRecord record, Routing routing, QueueRole to, QueueRole from) {
    OwnedQueue queue = queues.get(to);
    int capacity = capacity(routing);
    boolean mayStay = routing.whenFull() == WhenFull.KEEP_PLACE;
    printIf(routing.printed() && !mayStay, record);
    OwnedQueue.Added added = queue.add(record, capacity);
    if (added == OwnedQueue.Added.NO_ROOM) {
      if (mayStay) {
        return false;
      }
      if (routing.whenFull() == WhenFull.EVICT_OLDEST) {
        if (to == from) {
          drop(LostReason.EVICTED); // the record in flight is the oldest of that queue
          return true;
        }
        while (added == OwnedQueue.Added.NO_ROOM && evictOldest(queue)) {
          added = queue.add(record, capacity);
        }
      }
    }
    switch (added) {
      case YES -> {
        printIf(routing.printed() && mayStay, record);
        seeHighest();
      }
      case NO_ROOM, FAILED -> {
        printIf(routing.printedOnOverflow() || (routing.printed() && mayStay), record);
        notTaken(added, to);
      }
    }
    return true;
  }

  /** Makes room for one record; false if there is none to evict, or one of them is in flight. */
  private boolean evictOldest(OwnedQueue queue) {
    if (queue.inFlight() > 0 || queue.poll() == null) {
      return false;
    }
    queue.acknowledge(1);
    drop(LostReason.EVICTED);
    return true;
  }

  /** Drops a record that the transport will never take; another log may have it. */
  void reject(AuditRecord record) {
    AuditLog other = rejected;
    if (other == null
        || !foreign.asks(other, "log", () -> other.log(record, ProducerContext.ATOMIC), false)) {
      print(record);
    }
    drop(LostReason.REJECTED);
  }

  /** Records that a queue did not take back, and that it has given out. */
  void lostByQueue(int count) {
    if (count > 0) {
      counters.drop(LostReason.QUEUE_FAILURE, count);
      losses.report(LostReason.QUEUE_FAILURE, count);
    }
  }

  private void drop(LostReason reason) {
    counters.drop(reason);
    losses.report(reason);
  }

  private void printIf(boolean wanted, AuditRecord record) {
    if (wanted) {
      print(record);
    }
  }

  private void print(AuditRecord record) {
    if (record.type() != RecordType.EOE && printk.ratelimit()) {
      counters.printed++;
      printk.record(record);
    }
  }
}
