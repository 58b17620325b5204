// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting, and how long. */
final class Waits {
  /** What any longer time is taken for: 73 years, so that sums and differences do not overflow. */
  private static final long LONGEST_NS = Long.MAX_VALUE / 4;

  private Waits() {}

  /**
   * The nanoseconds of a duration that a caller gave, at most 73 years.
   *
   * @throws IllegalArgumentException if it is negative, naming it as {@code name}
   */
  static long toNanos(Duration duration, String name) {
    Objects.requireNonNull(duration, name);
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          name + " is " + Durations.inWords(duration) + "; it must be 0 or longer");
    }
    return duration.compareTo(Duration.ofNanos(LONGEST_NS)) < 0 ? duration.toNanos() : LONGEST_NS;
  }

  /** Waits at most as long. An interrupt does not end it and is kept for the caller. */
  static boolean await(CountDownLatch latch, long timeNs) {
    long endNs = System.nanoTime() + timeNs;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return latch.await(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for the end of a thread; returns whether an interrupt came meanwhile. */
  static boolean join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
