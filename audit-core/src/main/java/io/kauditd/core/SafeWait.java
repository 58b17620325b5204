// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A backlog wait whose faults are contained. It also counts how often room was made, for producers
 * that a queue refuses because of its own bound.
 */
final class SafeWait implements BacklogWait {
  private final BacklogWait wait;
  private final ForeignCode foreign;
  private final AtomicLong made = new AtomicLong();
  private final boolean needsAnotherThread;

  SafeWait(BacklogWait wait, ForeignCode foreign) {
    this.wait = wait;
    this.foreign = foreign;
    this.needsAnotherThread = wait instanceof ConditionWait;
  }

  /** Grows whenever there may be room that was not there before. */
  long made() {
    return made.get();
  }

  /** The wait that the application gave, for messages. */
  BacklogWait inner() {
    return wait;
  }

  /** Whether it is the engine's own, which waits for another thread to run a pass. */
  boolean needsAnotherThread() {
    return needsAnotherThread;
  }

  /**
   * As the interface says, with a result between 0 and the time that was left. If the wait throws,
   * the result is 0.
   */
  @Override
  public long await(long timeNs, Room room) {
    long leftNs;
    try {
      leftNs = wait.await(timeNs, room);
    } catch (BrokenOff e) {
      throw e;
    } catch (Throwable e) { // plug-in code
      foreign.faults().threw(wait, "await", e);
      return 0;
    }
    if (leftNs > timeNs) {
      foreign.faults().broke(wait, "await", "more time was left than there was");
      return 0;
    }
    return Math.max(0, leftNs);
  }

  @Override
  public void wakeAll() {
    made.incrementAndGet();
    foreign.call(wait, "wakeAll", wait::wakeAll);
  }

  @Override
  public void halfFree() {
    made.incrementAndGet();
    foreign.call(wait, "halfFree", wait::halfFree);
  }
}
