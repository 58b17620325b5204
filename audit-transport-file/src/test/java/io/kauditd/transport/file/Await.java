// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what another thread or process brings about. */
final class Await {
  private static final long DEADLINE_NS = 30_000_000_000L;
  private static final long POLL_NS = 1_000_000;

  private Await() {}

  /** Looks again and again until the condition holds, and returns what it then saw. */
  static <T> T until(Supplier<T> look, Predicate<T> condition) {
    long start = System.nanoTime();
    T seen = look.get();
    while (!condition.test(seen)) {
      if (System.nanoTime() - start > DEADLINE_NS) {
        throw new AssertionError("waited in vain; last seen: " + seen);
      }
      LockSupport.parkNanos(POLL_NS);
      seen = look.get();
    }
    return seen;
  }
}
