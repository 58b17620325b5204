// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;
import io.kauditd.spi.SendError;
import org.jspecify.annotations.Nullable;

/**
 * The policies of three versions of the kernel for a record that could not be sent; kernel/audit.c.
 *
 * @since 0.1.0
 */
public enum KernelPolicy implements ErrorPolicy {
  /** Linux 5.17 and later: the 2022 patch as it was merged. */
  MAINLINE("mainline", true),

  /** The patch as first posted: a record that overflows the retry queue is not printed. */
  RFC("rfc", true),

  /**
   * Before the patch: the retry queue has no limit, and a walk ends when the queue is empty. A hold
   * queue that cannot be sent never is.
   */
  V5_16("v5.16", false);

  /** UNICAST_RETRIES: how often a record of the hold or retry queue is tried. */
  static final int UNICAST_RETRIES = 5;

  private static final Routing RETRY = Routing.toRetry();
  private static final Routing RETRY_UNPRINTED = Routing.toRetry().unprinted();
  private static final Routing RETRY_UNBOUNDED = Routing.toRetry().unbounded().unprinted();
  private static final Routing SEND_AGAIN = Routing.sendAgain();
  private static final Routing HOLD = Routing.toHold();

  /** kauditd_hold_skb() with EAGAIN: as for the hold queue, but to the retry queue. */
  private static final Routing HOLD_IN_RETRY =
      Routing.toRetry().printedFirst().onlyWithAuditDefault();

  private static final Routing REHOLD_LAST = Routing.requeueLast();
  private static final Routing REHOLD_FIRST = Routing.requeueFirst();

  private final String id;
  private final boolean patched;

  KernelPolicy(String id, boolean patched) {
    this.id = id;
    this.patched = patched;
  }

  /** The id it is picked by. */
  public String id() {
    return id;
  }

  /** Whether a failed attempt is followed by another; follows kauditd_send_queue(). */
  static boolean triesAgain(FailedSend failure) {
    int limit = failure.queue() == QueueRole.MAIN ? 1 : UNICAST_RETRIES;
    return failure.tried() && failure.error().isTransient() && failure.attempts() < limit;
  }

  @Override
  public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
    return triesAgain(failure) ? SEND_AGAIN : giveUp(failure);
  }

  private Routing giveUp(FailedSend failure) {
    return switch (failure.queue()) {
      case HOLD -> patched ? REHOLD_LAST : REHOLD_FIRST;
      case RETRY -> patched && failure.error() == SendError.EAGAIN ? HOLD_IN_RETRY : HOLD;
      case MAIN -> failure.connected() ? retry() : HOLD;
    };
  }

  /** kauditd_retry_skb(). */
  private Routing retry() {
    return switch (this) {
      case MAINLINE -> RETRY;
      case RFC -> RETRY_UNPRINTED;
      case V5_16 -> RETRY_UNBOUNDED;
    };
  }

  @Override
  public @Nullable Routing routeRest(FailedSend failure) {
    return giveUp(failure);
  }

  @Override
  public boolean walksOnce() {
    return patched;
  }
}
