// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A backlog wait whose faults reach nobody, and that remembers how often room was made, for
 * producers that a queue refuses by a bound which is its own.
 */
final class SafeWait implements BacklogWait {
  private final BacklogWait wait;
  private final FaultLog faults;
  private final AtomicLong made = new AtomicLong();

  SafeWait(BacklogWait wait, FaultLog faults) {
    this.wait = wait;
    this.faults = faults;
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
    return wait instanceof ConditionWait;
  }

  /** As the interface says, and what is left is not more than there was. */
  @Override
  public long await(long timeNs, Room room) {
    try {
      long leftNs = wait.await(timeNs, room);
      if (leftNs > timeNs) {
        faults.broke(wait, "await", "more time was left than there was");
        return 0;
      }
      return leftNs;
    } catch (BrokenOff e) {
      throw e;
    } catch (Throwable e) { // plug-in code
      faults.threw(wait, "await", e);
      return 0;
    }
  }

  @Override
  public void wakeAll() {
    made.incrementAndGet();
    try {
      wait.wakeAll();
    } catch (Throwable e) { // plug-in code
      faults.threw(wait, "wakeAll", e);
    }
  }

  @Override
  public void halfFree() {
    made.incrementAndGet();
    try {
      wait.halfFree();
    } catch (Throwable e) { // plug-in code
      faults.threw(wait, "halfFree", e);
    }
  }
}
