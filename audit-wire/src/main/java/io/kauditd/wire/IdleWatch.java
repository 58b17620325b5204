// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks after a connection from time to time, on a thread of its own, since nobody calls a
 * transport that has nothing to send.
 */
final class IdleWatch implements AutoCloseable {
  private final Runnable look;
  private final long everyNs;
  private volatile boolean closed;
  private @Nullable Thread thread;

  /**
   * @param every the time between two looks
   * @param look must not block
   */
  IdleWatch(Duration every, Runnable look) {
    this.everyNs = every.toNanos();
    this.look = look;
  }

  /** Starts it; once is enough. */
  void start() {
    if (thread == null && !closed) {
      thread = Thread.ofPlatform().daemon().name("kauditd-heartbeat").start(this::watch);
    }
  }

  private void watch() {
    long nextNs = System.nanoTime() + everyNs;
    while (!closed) {
      long left = nextNs - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(this, left);
      } else {
        look.run();
        nextNs = System.nanoTime() + everyNs;
      }
    }
  }

  /** Ends it; a look that goes on is its last. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
