// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;

/**
 * Records reach the transport in the order they were logged, always.
 *
 * <p>Bounds and counters are the kernel's. The order is kept because what waits is in order across
 * the queues, hold before retry before main: a pass stops sending at the first failure that its
 * attempts do not cure; records of the hold and retry queues keep their places; a record that
 * leaves the main queue goes to the hold queue only if nothing waits in the retry queue, and to the
 * retry queue otherwise. When the retry queue is full while a daemon is connected, the main queue
 * stays as it is, and producers meet its limit.
 *
 * @since 0.1.0
 */
public final class OrderedPolicy implements ErrorPolicy {
  /** The id it is picked by. */
  public static final String ID = "ordered";

  private static final Routing SEND_AGAIN = Routing.sendAgain();
  private static final Routing KEEP_PLACE = Routing.keepPlace();
  private static final Routing RETRY = Routing.toRetry();
  private static final Routing HOLD = Routing.toHold();

  /** A policy; it has no state. */
  public OrderedPolicy() {}

  @Override
  public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
    if (KernelPolicy.triesAgain(failure)) {
      return SEND_AGAIN;
    }
    return switch (failure.queue()) {
      case HOLD -> KEEP_PLACE;
      case RETRY -> failure.connected() ? KEEP_PLACE : flushed(queues);
      case MAIN -> failure.connected() ? retried(queues) : unconnected(queues);
    };
  }

  /** The daemon is gone and the retry queue moves to the hold queue, as far as that has room. */
  private static Routing flushed(QueueView queues) {
    boolean moves = queues.hasRoom(QueueRole.HOLD) || !queues.settings().auditDefault();
    return moves ? HOLD : KEEP_PLACE;
  }

  private static Routing retried(QueueView queues) {
    return queues.hasRoom(QueueRole.RETRY) ? RETRY : KEEP_PLACE;
  }

  private static Routing unconnected(QueueView queues) {
    return queues.size(QueueRole.RETRY) == 0 ? HOLD : RETRY;
  }

  @Override
  public boolean stopsPass() {
    return true;
  }
}
