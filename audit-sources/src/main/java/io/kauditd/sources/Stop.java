// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a source that it was closed, and lets it wait for that. */
final class Stop {
  private final CountDownLatch stopped = new CountDownLatch(1);

  void now() {
    stopped.countDown();
  }

  boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Waits, at most so long. An interrupt counts as a stop, and stays set. */
  void await(long nanos) {
    try {
      if (stopped.await(nanos, TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      now();
    }
  }
}
