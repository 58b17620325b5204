// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread wait for many answers with one wake-up: it waits for the last of a row, which is
 * usually answered last, or for a failure.
 *
 * <p>The waiting thread writes what it waits for before it looks at the answers. An answering
 * thread writes its answer before it reads {@link #last}. So at least one of the two sees the
 * other. If a wake-up is missed nevertheless, as when records are answered out of order, that costs
 * one {@link #LONGEST_PARK_NS slice}.
 */
final class Waiter {
  private static final long LONGEST_PARK_NS = 2_000_000;

  private volatile @Nullable Pending last;
  private volatile @Nullable Thread thread;
  private volatile boolean failed;

  /** Called by the client's thread when a record has its answer. */
  void answered(Pending pending, boolean isFailure) {
    if (isFailure) {
      failed = true;
    }
    if (isFailure || pending == last) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Waits until all are answered, or one of them has failed, or the time is over. Not interrupted;
   * the flag is kept.
   */
  void await(List<Pending> row, long deadlineNs) {
    thread = Thread.currentThread();
    failed = false; // of one that was answered since
    for (Pending each : row) {
      failed |= each.failure() != null;
    }
    boolean interrupted = false;
    for (int i = row.size() - 1; i >= 0; i--) {
      Pending pending = row.get(i);
      last = pending;
      while (!pending.isAnswered() && !failed) {
        long left = deadlineNs - System.nanoTime();
        if (left <= 0) {
          break;
        }
        LockSupport.parkNanos(this, Math.min(left, LONGEST_PARK_NS));
        interrupted |= Thread.interrupted();
      }
    }
    last = null;
    thread = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
