// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/**
 * How producers wait for room in the backlog; the kernel's {@code audit_backlog_wait}.
 *
 * @since 0.1.0
 */
public interface BacklogWait {
  /**
   * Waits until woken or until the time is over. May return early.
   *
   * <p><b>Thread</b>: a producer's. Not ended by an interrupt, which is kept for the caller:
   * follows the uninterruptible sleep of audit_log_start().
   *
   * @param timeNs the time left, more than 0
   * @param room tells whether there is room already; ask it after joining the waiters, so that a
   *     wake-up in between is not lost
   * @return the time left when it returned, 0 or less if it is over
   */
  long await(long timeNs, Room room);

  /** Wakes those who wait; called when a pass has ended, on the kauditd thread. */
  void wakeAll();

  /**
   * Called when half of the backlog is free again and the pass continues. Waiting producers may be
   * woken now, so that they add while the pass sends. The kernel lets them wait until the pass
   * ends, and so does this default.
   *
   * <p><b>Thread</b>: the kauditd thread; may be called often.
   */
  default void halfFree() {}

  /**
   * Thrown by {@link #await} to break off the call of a producer that would have to wait. Its
   * record is neither accepted nor lost, and {@code log} throws the exception. For simulations in
   * which one thread plays all producers.
   *
   * @since 0.1.0
   */
  class BrokenOff extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One without a stack trace, which can be thrown often. */
    public BrokenOff() {
      super("the producer has to wait", null, false, false);
    }
  }

  /** Whether there is room in the backlog. */
  @FunctionalInterface
  interface Room {
    /** Whether there is room now. */
    boolean available();
  }
}
