// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.locks.ReentrantLock;

/** Counts records a second; follows audit_rate_check(). */
final class RateLimit {
  static final long SECOND_NS = 1_000_000_000L;

  private final EngineClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private long lastCheckNs;
  private int messages;

  RateLimit(EngineClock clock) {
    this.clock = clock;
    this.lastCheckNs = clock.nanoTime() - 2 * SECOND_NS;
  }

  /** Whether one more record may pass. With a limit of 0 nothing is counted. */
  boolean check(int limit) {
    if (limit == 0) {
      return true;
    }
    lock.lock();
    try {
      messages++;
      if (messages < limit) {
        return true;
      }
      // The kernel looks at the clock only here, so a second begins with the record that reached
      // the limit, not with the first one.
      long nowNs = clock.nanoTime();
      if (nowNs - lastCheckNs > SECOND_NS) {
        lastCheckNs = nowNs;
        messages = 0;
        return true;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }
}
