// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * An error policy's answer: where a record goes that could not be sent. Immutable; policies keep
 * their answers in constants.
 *
 * @param target where it goes
 * @param printed whether it is printed first, as the last way out
 * @param onlyIfAuditDefault whether it is dropped, uncounted in {@code lost}, if {@code
 *     auditDefault} is off
 * @param bounded whether the backlog limit applies to the target queue
 * @param printedOnOverflow whether it is printed if the target queue is full
 * @since 0.1.0
 */
public record Routing(
    Target target,
    boolean printed,
    boolean onlyIfAuditDefault,
    boolean bounded,
    boolean printedOnOverflow) {

  /** The places a record can go to. */
  public enum Target {
    /** Another attempt, now. */
    SEND_AGAIN,
    /** The end of the retry queue. */
    RETRY_QUEUE,
    /** The end of the hold queue. */
    HOLD_QUEUE,
    /**
     * The end of the queue it came from, whatever its limit: it was there a moment ago. A record
     * passes through the main queue once; there this is taken as {@link #KEEP_PLACE}.
     */
    REQUEUE_LAST,
    /** The head of the queue it came from; the walk goes on, and so meets it again. */
    REQUEUE_FIRST,
    /** The head of the queue it came from; the walk over this queue ends. */
    KEEP_PLACE,
    /** Nowhere: it is dropped, counted as {@link io.kauditd.api.LostReason#SHED}. */
    DROP
  }

  /** Send it again, now. */
  public static Routing sendAgain() {
    return plain(Target.SEND_AGAIN);
  }

  /** To the retry queue; if that is full, the record is printed and lost. */
  public static Routing toRetry() {
    return new Routing(Target.RETRY_QUEUE, false, false, true, true);
  }

  /** To the hold queue as the kernel does it: printed first, and held only with auditDefault. */
  public static Routing toHold() {
    return new Routing(Target.HOLD_QUEUE, true, true, true, false);
  }

  /** Back to the end of its own queue; in the main queue as {@link #keepPlace}. */
  public static Routing requeueLast() {
    return plain(Target.REQUEUE_LAST);
  }

  /** Back to the head of its own queue, and the walk over that queue ends. */
  public static Routing keepPlace() {
    return plain(Target.KEEP_PLACE);
  }

  /** Dropped by the policy, counted. */
  public static Routing drop() {
    return plain(Target.DROP);
  }

  private static Routing plain(Target target) {
    return new Routing(target, false, false, false, false);
  }
}
