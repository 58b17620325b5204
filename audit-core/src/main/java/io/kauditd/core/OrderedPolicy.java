// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;

/**
 * A policy that always delivers records in the order in which they were logged.
 *
 * <p>Bounds and counters are the kernel's. Waiting records are in order across the queues, hold
 * before retry before main. A pass stops sending at the first failure that its attempts do not
 * cure. Records of the hold and retry queues keep their places. A record that leaves the main queue
 * goes to the hold queue only if no record waits in the retry queue, and to the retry queue
 * otherwise. If that queue has no room, the main queue stays unchanged, and producers meet its
 * limit and its wait.
 *
 * @since 0.1.0
 */
public final class OrderedPolicy implements ErrorPolicy {
  /** Its id. */
  public static final String ID = "ordered";

  private static final Routing SEND_AGAIN = Routing.sendAgain();
  private static final Routing KEEP_PLACE = Routing.keepPlace();
  private static final Routing RETRY = Routing.toRetry().orKeepPlace();
  private static final Routing HOLD = Routing.toHold().orKeepPlace();

  /** A policy; it has no state. */
  public OrderedPolicy() {}

  @Override
  public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
    if (KernelPolicy.triesAgain(failure)) {
      return SEND_AGAIN;
    }
    return switch (failure.queue()) {
      case HOLD -> KEEP_PLACE;
      case RETRY -> failure.connected() ? KEEP_PLACE : HOLD; // the retry queue moves
      case MAIN -> failure.connected() ? RETRY : unconnected(queues);
    };
  }

  private static Routing unconnected(QueueView queues) {
    return queues.size(QueueRole.RETRY) == 0 ? HOLD : RETRY;
  }

  @Override
  public boolean stopsPass() {
    return true;
  }

  @Override
  public boolean keepsOrder() {
    return true;
  }
}
