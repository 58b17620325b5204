// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts records per second; follows audit_rate_check(). It takes no lock, and a refused producer
 * writes nothing that other threads read.
 */
final class RateLimit {
  static final long SECOND_NS = 1_000_000_000L;

  private final EngineClock clock;
  private final AtomicLong lastCheckNs;
  private final AtomicInteger messages = new AtomicInteger();

  RateLimit(EngineClock clock) {
    this.clock = clock;
    this.lastCheckNs = new AtomicLong(clock.nanoTime() - 2 * SECOND_NS);
  }

  /** Whether one more record may pass. With a limit of 0 nothing is counted. */
  boolean check(int limit) {
    if (limit == 0) {
      return true;
    }
    // Counted up to the limit and not beyond, where it says nothing more.
    if (messages.get() < limit && messages.incrementAndGet() < limit) {
      return true;
    }
    // The kernel looks at the clock only here, so a second begins with the record that reached
    // the limit, not with the first one.
    long last = lastCheckNs.get();
    long nowNs = clock.nanoTime();
    if (nowNs - last > SECOND_NS && lastCheckNs.compareAndSet(last, nowNs)) {
      messages.set(0);
      return true;
    }
    return false;
  }
}
