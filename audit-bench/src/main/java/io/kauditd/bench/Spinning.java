// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** Threads that never sleep. */
final class Spinning {
  private Spinning() {}

  /** Starts a thread that takes until it is told to end. */
  static Thread start(IntSupplier take, Taken taken, BooleanSupplier isOver) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (!isOver.getAsBoolean()) {
            int count = take.getAsInt();
            if (count > 0) {
              taken.add(count);
            } else {
              pause();
            }
          }
        });
  }

  /** A moment; lets others have the processor, since there may be more threads than processors. */
  @SuppressWarnings("ThreadPriorityCheck")
  static void pause() {
    Thread.onSpinWait();
    Thread.yield();
  }

  static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Spins until a time of {@link System#nanoTime}. */
  static void until(long dueNs) {
    while (System.nanoTime() < dueNs) {
      Thread.onSpinWait();
    }
  }
}
