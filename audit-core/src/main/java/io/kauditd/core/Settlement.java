// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * How far records are settled: each at or below a position was delivered, dropped and counted, or
 * lies in a queue that outlives the program. A position is how many records the main queue had
 * taken, so it costs a record nothing.
 *
 * <p>The main queue is first in, first out, and each record passes through it once. So if nothing
 * waits in a retry or hold queue that ends with the program, all that has left the main queue is
 * settled. If something does, a policy that keeps the order tells how far: what waits there is what
 * left the main queue last. Under other policies records overtake each other, and the position
 * stays until those queues are empty; it is never too high.
 */
final class Settlement {
  private final Queues queues;
  private final boolean keepsOrder;
  private final long recoveredInMain;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private volatile int waiters; // written under the lock
  private long best; // the owner's
  private volatile long position; // written by the owner alone, when a pass has ended

  Settlement(Queues queues, boolean keepsOrder) {
    this.queues = queues;
    this.keepsOrder = keepsOrder;
    this.recoveredInMain = queues.main().recovered();
  }

  /** Records of this run that are settled, counted from the first. */
  long position() {
    return position;
  }

  /**
   * Looks how far it has come. Called by the owner alone, with at most the head in flight.
   *
   * @param takenFromMain records that left the main queue, without one that is in flight
   * @param accepted records that the main queue took in this run
   */
  void update(long takenFromMain, long accepted) {
    long reached =
        queues.main().outlivesProgram() ? accepted : Math.max(0, takenFromMain - recoveredInMain);
    long waiting = waitingForNothing();
    if (waiting > 0) {
      reached = keepsOrder ? Math.max(0, takenFromMain - recoveredInMain) - waiting : best;
    }
    best = Math.max(best, reached);
  }

  /** Tells all how far it has come, when the status of the pass can be seen. */
  void publish() {
    position = best;
    wakeAll(); // those who look at more than the position, too
  }

  /** Records in front of the main queue that would be gone with the program, or behind such. */
  private long waitingForNothing() {
    OwnedQueue retry = queues.retry();
    OwnedQueue hold = queues.hold();
    int inRetry = retry.size() + retry.inFlight();
    int inHold = hold.size() + hold.inFlight();
    if (!hold.outlivesProgram() && inHold > 0) {
      return (long) inHold + inRetry; // what is held is older than what is to be tried again
    }
    return retry.outlivesProgram() ? 0 : inRetry;
  }

  /** Waits until {@code reached} holds or the time is over; an interrupt is kept for the caller. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
  void await(BooleanSupplier reached, long timeoutNs) {
    boolean interrupted = false;
    long endNs = System.nanoTime() + timeoutNs;
    lock.lock();
    try {
      waiters++;
      for (long leftNs = timeoutNs;
          leftNs > 0 && !reached.getAsBoolean();
          leftNs = endNs - System.nanoTime()) {
        try {
          moved.await(leftNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      waiters--;
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Lets those who wait look again. */
  private void wakeAll() {
    if (waiters == 0) {
      return;
    }
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
