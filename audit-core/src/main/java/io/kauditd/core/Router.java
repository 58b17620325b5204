// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.LostReason;
import io.kauditd.api.RecordType;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.Routing;
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
  private final FaultLog faults;

  Router(
      Queues queues,
      ErrorPolicy policy,
      Printk printk,
      Losses losses,
      Counters counters,
      FaultLog faults) {
    this.queues = queues;
    this.policy = policy;
    this.printk = printk;
    this.losses = losses;
    this.counters = counters;
    this.faults = faults;
  }

  /** The policy's answer for one record; mainline's, if the policy fails. */
  Routing ask(AuditRecord record, FailedSend failure) {
    try {
      Routing routing = policy.route(record, failure, queues);
      if (routing != null) {
        return onceThroughMain(routing, failure);
      }
      faults.broke(policy, "route", "it returned null");
    } catch (Throwable e) { // plug-in code
      faults.threw(policy, "route", e);
    }
    return KernelPolicy.MAINLINE.route(record, failure, queues);
  }

  /** The policy's answer for the rest of a walk, if it has one. */
  @Nullable Routing askRest(FailedSend failure) {
    try {
      Routing routing = policy.routeRest(failure);
      return routing == null ? null : onceThroughMain(routing, failure);
    } catch (Throwable e) { // plug-in code
      faults.threw(policy, "routeRest", e);
      return null;
    }
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
    return policy.walksOnce();
  }

  boolean stopsPass() {
    return policy.stopsPass();
  }

  /**
   * Places a record that leaves the walk; {@code from} is the queue it came from. Returns false if
   * it keeps its place there after all.
   */
  boolean place(AuditRecord record, Routing routing, QueueRole from) {
    if (routing.printed()) {
      print(record);
    }
    if (routing.onlyIfAuditDefault() && !queues.settings().auditDefault()) {
      drop(LostReason.NOT_HELD);
      return true;
    }
    switch (routing.target()) {
      case RETRY_QUEUE -> enqueue(record, queues.retry(), routing, LostReason.RETRY_OVERFLOW);
      case HOLD_QUEUE -> enqueue(record, queues.hold(), routing, LostReason.HOLD_OVERFLOW);
      case REQUEUE_LAST, REQUEUE_FIRST, KEEP_PLACE, SEND_AGAIN ->
          enqueue(record, queues.get(from), routing, overflowOf(from));
      case DROP -> drop(LostReason.SHED);
    }
    return true;
  }

  private static LostReason overflowOf(QueueRole role) {
    return switch (role) {
      case MAIN -> LostReason.BACKLOG_LIMIT;
      case RETRY -> LostReason.RETRY_OVERFLOW;
      case HOLD -> LostReason.HOLD_OVERFLOW;
    };
  }

  private void enqueue(AuditRecord record, OwnedQueue to, Routing routing, LostReason overflow) {
    int limit = queues.settings().backlogLimit();
    LostReason lost = overflow;
    switch (to.add(record, routing.bounded() && limit > 0 ? limit : Integer.MAX_VALUE)) {
      case YES -> {
        counters.highRetry = Math.max(counters.highRetry, queues.retry().size());
        counters.highHold = Math.max(counters.highHold, queues.hold().size());
        return;
      }
      case NO_ROOM -> {}
      case FAILED -> lost = LostReason.QUEUE_FAILURE;
    }
    if (routing.printedOnOverflow()) {
      print(record);
    }
    drop(lost);
  }

  /** Drops a record that the transport will never take. */
  void reject(AuditRecord record) {
    print(record);
    drop(LostReason.REJECTED);
  }

  private void drop(LostReason reason) {
    counters.drop(reason);
    losses.report(reason);
  }

  private void print(AuditRecord record) {
    if (record.type() != RecordType.EOE && printk.ratelimit()) {
      counters.printed++;
      printk.record(record);
    }
  }
}
