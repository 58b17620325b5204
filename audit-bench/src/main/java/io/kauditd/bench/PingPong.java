// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long two threads on two processors take to tell each other something once, there and back.
 * Every figure of a queue depends on it, and on many machines it drifts.
 */
final class PingPong {
  private static final int ROUNDS = 1_000_000;
  private static final int TRIES = 5;

  private PingPong() {}

  /** The median of some tries, in nanoseconds. */
  static double medianNs() {
    double[] all = new double[TRIES];
    for (int i = 0; i < TRIES; i++) {
      all[i] = once();
    }
    Arrays.sort(all);
    return all[TRIES / 2];
  }

  private static double once() {
    AtomicInteger ball = new AtomicInteger();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < ROUNDS; i++) {
                await(ball, 2 * i + 1);
                ball.setRelease(2 * i + 2);
              }
            });
    long startNs = System.nanoTime();
    for (int i = 0; i < ROUNDS; i++) {
      ball.setRelease(2 * i + 1);
      await(ball, 2 * i + 2);
    }
    double tookNs = System.nanoTime() - startNs;
    Spinning.join(other);
    return tookNs / ROUNDS;
  }

  private static void await(AtomicInteger ball, int value) {
    while (ball.getAcquire() != value) {
      Thread.onSpinWait();
    }
  }
}
