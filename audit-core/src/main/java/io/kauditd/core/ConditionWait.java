// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits on a condition.
 *
 * <p>No wake-up is lost: a producer counts itself in {@link #waiters} and then, under the lock,
 * looks at the backlog; the kauditd thread lowers the backlog and then looks at {@link #waiters}.
 * Both are volatile, so one of the two sees the other; if it is the kauditd thread, it takes the
 * lock, and so signals only when the producer waits or has not looked yet.
 */
final class ConditionWait implements BacklogWait {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition passEnded = lock.newCondition();
  private volatile int waiters; // written under the lock

  @Override
  @SuppressWarnings({"NonAtomicVolatileUpdate", "WaitNotInLoop"}) // under the lock; the gate loops
  public long await(long timeNs, Room room) {
    boolean interrupted = false;
    long endNs = System.nanoTime() + timeNs;
    lock.lock();
    try {
      waiters++;
      long leftNs = timeNs;
      while (leftNs > 0 && !room.available()) {
        try {
          if (passEnded.await(leftNs, TimeUnit.NANOSECONDS)) {
            break;
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
        leftNs = endNs - System.nanoTime();
      }
      return endNs - System.nanoTime();
    } finally {
      waiters--;
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void halfFree() {
    wakeAll();
  }

  @Override
  public void wakeAll() {
    if (waiters == 0) {
      return;
    }
    lock.lock();
    try {
      passEnded.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
