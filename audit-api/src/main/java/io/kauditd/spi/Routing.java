// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An error policy's answer: where a record goes that could not be sent. Immutable; policies keep
 * their answers in constants.
 *
 * <pre>{@code
 * Routing.toRetry()                         // at most backlogLimit records; printed if it is full
 * Routing.toRetry().unbounded().unprinted() // as Linux 5.16
 * Routing.toHold()                          // printed first; held only with auditDefault
 * Routing.toHold().unprinted().always()
 * }</pre>
 *
 * <p>What a target has no use for is refused with an {@link IllegalStateException}: a record that
 * keeps its place is neither bounded nor printed.
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
   * What becomes of a record whose target queue has no room. Later versions may add to these: a
   * policy that looks at another's answer has a {@code default}, and passes on what it does not
   * know.
   *
   * @since 0.1.0
   */
  public enum WhenFull {
    /** It is lost, counted as an overflow of that queue. */
    LOSE,
    /** It keeps its place in the queue it came from, as {@link Target#KEEP_PLACE}. */
    KEEP_PLACE,
    /**
     * The oldest record of the target queue makes room for it, counted as {@link
     * io.kauditd.api.LostReason#EVICTED}.
     */
    EVICT_OLDEST
  }

  /**
   * The places a record can go to. Later versions may add some: a policy that looks at another's
   * answer has a {@code default}, and passes on what it does not know.
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
     * The end of the queue it came from, whatever its limit: it was there a moment ago. A record
     * passes through the main queue once; there this is taken as {@link #KEEP_PLACE}.
     */
    REQUEUE_LAST,
    /** The head of the queue it came from; the walk goes on, and so meets it again. */
    REQUEUE_FIRST,
    /** The head of the queue it came from; the walk over this queue ends. */
    KEEP_PLACE,
    /** Nowhere: it is dropped, counted as {@link io.kauditd.api.LostReason#SHED}. */
    DROP;

    /** Whether it names another queue, whose bound and overflow the answer can speak of. */
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
   * Back to the head of its own queue, and the walk goes on. Only a walk {@linkplain
   * ErrorPolicy#walksOnce that goes on until the queue is empty} then meets it again.
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
   * The same answer, the record being printed before it goes there, as the last way out.
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
   * The same answer, the record being printed if the queue it goes to is full, and not before.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing printedWhenFull() {
    return new Routing(intoQueue(), Printing.WHEN_FULL, onlyIfAuditDefault, bounded, whenFull);
  }

  /** The same answer, the record not being printed. */
  public Routing unprinted() {
    return new Routing(target, Printing.NEVER, onlyIfAuditDefault, bounded, whenFull);
  }

  /**
   * The same answer, which drops the record, uncounted in {@code lost}, if {@code auditDefault} is
   * off.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing onlyWithAuditDefault() {
    return new Routing(intoQueue(), printing, true, bounded, whenFull);
  }

  /** The same answer, whether {@code auditDefault} is on or off. */
  public Routing always() {
    return new Routing(target, printing, false, bounded, whenFull);
  }

  /**
   * The same answer, for as many records as memory holds. Bounded queues are what the engine
   * promises (rule P6); this is there for policies that show what the kernel once did.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing unbounded() {
    return new Routing(intoQueue(), printing, onlyIfAuditDefault, false, whenFull);
  }

  /**
   * The same answer, the record keeping its place if the queue it would go to has no room, by the
   * backlog limit or by a bound of its own; the walk over its own queue then ends.
   *
   * @throws IllegalStateException if it goes to neither the retry nor the hold queue
   */
  public Routing orKeepPlace() {
    return new Routing(intoQueue(), printing, onlyIfAuditDefault, bounded, WhenFull.KEEP_PLACE);
  }

  /**
   * The same answer, the oldest record of the queue it goes to making room for it if there is none.
   * The oldest is dropped and counted; so the newest records are kept.
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

  /** Whether it is printed first, as the last way out. */
  public boolean printed() {
    return printing == Printing.FIRST;
  }

  /** Whether it is dropped, uncounted in {@code lost}, if {@code auditDefault} is off. */
  public boolean onlyIfAuditDefault() {
    return onlyIfAuditDefault;
  }

  /** Whether the backlog limit applies to the target queue. */
  public boolean bounded() {
    return bounded;
  }

  /** What becomes of it if the target queue has no room. */
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
