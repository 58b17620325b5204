// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An error policy's answer: where a record goes if it could not be sent. Immutable. Policies keep
 * their answers in constants.
 *
 * <pre>{@code
 * Routing.toRetry()                         // at most backlogLimit records; printed if it is full
 * Routing.toRetry().unbounded().unprinted() // as Linux 5.16
 * Routing.toHold()                          // printed first; held only with auditDefault
 * Routing.toHold().unprinted().always()
 * }</pre>
 *
 * <p>A property that has no meaning for the target causes an {@link IllegalStateException}: a
 * record that keeps its place is neither bounded nor printed.
 *
 * @since 0.1.0
 */
public final class Routing {
  /** When a record is printed. */
  private enum Printing {
    NEVER,
    WHEN_FULL,
    FIRST
  }

  /**
   * What happens to a record if its target queue has no room. Later versions may add values. A
   * policy that inspects another policy's answer needs a {@code default}, and passes unknown values
   * on.
   *
   * @since 0.1.0
   */
  public enum WhenFull {
    /** It is lost, counted as an overflow of that queue. */
    LOSE,
    /** It keeps its place in its queue, as {@link Target#KEEP_PLACE}. */
    KEEP_PLACE,
    /**
     * The oldest record of the target queue is dropped to make room, counted as {@link
     * io.kauditd.api.LostReason#EVICTED}.
     */
    EVICT_OLDEST
  }

  /**
   * The places a record can go to. Later versions may add some. A policy that inspects another
   * policy's answer needs a {@code default}, and passes unknown values on.
   *
   * @since 0.1.0
   */
  public enum Target {
    /** Another attempt, now. */
    SEND_AGAIN,
    /** The end of the retry queue. */
    RETRY_QUEUE,
    /** The end of the hold queue. */
    HOLD_QUEUE,
    /**
     * The end of its queue, whatever the limit, because it was there a moment ago. In the main
     * queue this is treated as {@link #KEEP_PLACE}, because a record passes through that queue
     * once.
     */
    REQUEUE_LAST,
    /** The head of its queue. The walk continues, and so meets it again. */
    REQUEUE_FIRST,
    /** The head of its queue. The walk over this queue ends. */
    KEEP_PLACE,
    /** Nowhere: it is dropped, counted as {@link io.kauditd.api.LostReason#SHED}. */
    DROP;

    /** Whether it names another queue, for which the answer can set bound and overflow. */
    private boolean isQueue() {
      return this == RETRY_QUEUE || this == HOLD_QUEUE;
    }
  }

  private final Target target;
  private final Printing printing;
  private final boolean onlyIfAuditDefault;
  private final boolean bounded;
  private final WhenFull whenFull;

  private Routing(
      Target target,
      Printing printing,
      boolean onlyIfAuditDefault,
      boolean bounded,
      WhenFull whenFull) {
    this.target = target;
    this.printing = printing;
    this.onlyIfAuditDefault = onlyIfAuditDefault;
    this.bounded = bounded;
    this.whenFull = whenFull;
  }

  private static Routing plain(Target target) {
    return new Routing(target, Printing.NEVER, false, false, WhenFull.LOSE);
  }

  /** Send it again, now. */
  public static Routing sendAgain() {
    return plain(Target.SEND_AGAIN);
  }

  /** To the retry queue, within the backlog limit; if that is full, it is printed and lost. */
  public static Routing toRetry() {
    return new Routing(Target.RETRY_QUEUE, Printing.WHEN_FULL, false, true, WhenFull.LOSE);
  }

  /**
   * To the hold queue as the kernel does it: printed first, held only with auditDefault, and within
   * the backlog limit.
   */
  public static Routing toHold() {
    return new Routing(Target.HOLD_QUEUE, Printing.FIRST, true, true, WhenFull.LOSE);
  }

  /** Back to the end of its own queue; in the main queue as {@link #keepPlace}. */
  public static Routing requeueLast() {
    return plain(Target.REQUEUE_LAST);
  }

  /**
   * Back to the head of its own queue, and the walk continues. Only a walk {@linkplain
   * ErrorPolicy#walksOnce that continues until the queue is empty} then meets it again.
   */
  public static Routing requeueFirst() {
    return plain(Target.REQUEUE_FIRST);
  }

  /** Back to the head of its own queue, and the walk over that queue ends. */
  public static Routing keepPlace() {
    return plain(Target.KEEP_PLACE);
  }

  /** Dropped by the policy, counted. */
  public static Routing drop() {
    return plain(Target.DROP);
  }

  /**
   * The same answer, but the record is printed first, as a last resort.
   *
   * @throws IllegalStateException if it stays where it is
   */
  public Routing printedFirst() {
    if (!target.isQueue() && target != Target.DROP) {
      throw unfit("a record that stays in its queue is not printed");
    }
    return new Routing(target, Printing.FIRST, onlyIfAuditDefault, bounded, whenFull);
  }

  /**
   * The same answer, but the record is printed only if the target queue is full.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing printedWhenFull() {
    return new Routing(intoQueue(), Printing.WHEN_FULL, onlyIfAuditDefault, bounded, whenFull);
  }

  /** The same answer, but the record is not printed. */
  public Routing unprinted() {
    return new Routing(target, Printing.NEVER, onlyIfAuditDefault, bounded, whenFull);
  }

  /**
   * The same answer, but the record is dropped, and not counted in {@code lost}, if {@code
   * auditDefault} is off.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing onlyWithAuditDefault() {
    return new Routing(intoQueue(), printing, true, bounded, whenFull);
  }

  /** The same answer, independent of {@code auditDefault}. */
  public Routing always() {
    return new Routing(target, printing, false, bounded, whenFull);
  }

  /**
   * The same answer without a bound. The engine promises bounded queues (rule P6); this is for
   * policies that show the old behaviour of the kernel.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing unbounded() {
    return new Routing(intoQueue(), printing, onlyIfAuditDefault, false, whenFull);
  }

  /**
   * The same answer, but the record keeps its place if the target queue has no room, because of the
   * backlog limit or its own bound. The walk over the record's queue then ends.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing orKeepPlace() {
    return new Routing(intoQueue(), printing, onlyIfAuditDefault, bounded, WhenFull.KEEP_PLACE);
  }

  /**
   * The same answer, but if the target queue has no room, its oldest record is dropped and counted.
   * So the newest records are kept.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing orEvictOldest() {
    return new Routing(intoQueue(), printing, onlyIfAuditDefault, bounded, WhenFull.EVICT_OLDEST);
  }

  private Target intoQueue() {
    if (!target.isQueue()) {
      throw unfit("the record goes to neither the retry nor the hold queue");
    }
    return target;
  }

  private IllegalStateException unfit(String why) {
    return new IllegalStateException(target + ": " + why);
  }

  /** Where it goes. */
  public Target target() {
    return target;
  }

  /** Whether it is printed first, as a last resort. */
  public boolean printed() {
    return printing == Printing.FIRST;
  }

  /** Whether it is dropped, and not counted in {@code lost}, if {@code auditDefault} is off. */
  public boolean onlyIfAuditDefault() {
    return onlyIfAuditDefault;
  }

  /** Whether the backlog limit applies to the target queue. */
  public boolean bounded() {
    return bounded;
  }

  /** What happens to it if the target queue has no room. */
  public WhenFull whenFull() {
    return whenFull;
  }

  /** Whether it is printed if the target queue is full. */
  public boolean printedOnOverflow() {
    return printing == Printing.WHEN_FULL;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Routing that
        && target == that.target
        && printing == that.printing
        && onlyIfAuditDefault == that.onlyIfAuditDefault
        && bounded == that.bounded
        && whenFull == that.whenFull;
  }

  @Override
  public int hashCode() {
    return Objects.hash(target, printing, onlyIfAuditDefault, bounded, whenFull);
  }

  /** For example {@code RETRY_QUEUE, bounded, printed when full}. */
  @Override
  public String toString() {
    return target
        + (bounded ? ", bounded" : "")
        + (onlyIfAuditDefault ? ", only with auditDefault" : "")
        + switch (printing) {
          case NEVER -> "";
          case WHEN_FULL -> ", printed when full";
          case FIRST -> ", printed first";
        }
        + switch (whenFull) {
          case LOSE -> "";
          case KEEP_PLACE -> ", or it keeps its place";
          case EVICT_OLDEST -> ", or the oldest makes room";
        };
  }
}
