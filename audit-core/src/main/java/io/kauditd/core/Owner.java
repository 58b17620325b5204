// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Which thread runs the passes, and whether it is in one. A plug-in or listener that logs is called
 * by it, and it cannot wait for itself.
 */
final class Owner implements Gate.Owner {
  private final AtomicReference<@Nullable Thread> running = new AtomicReference<>();
  private volatile @Nullable Thread last;

  /** The thread that is taken for the owner until somebody runs a pass; null for none. */
  Owner(@Nullable Thread first) {
    last = first;
  }

  /**
   * The calling thread runs the engine from here on.
   *
   * @throws IllegalStateException if somebody does already
   */
  void enter() {
    Thread me = Thread.currentThread();
    if (!running.compareAndSet(null, me)) {
      throw new IllegalStateException(
          isInPass()
              ? "a pass is running; what it calls cannot run another"
              : "a pass is running on another thread; an engine has one owner");
    }
    if (last != me) {
      last = me;
    }
  }

  void leave() {
    running.set(null);
  }

  /** As between {@link #enter} and {@link #leave}. */
  void run(Runnable step) {
    enter();
    try {
      step.run();
    } finally {
      leave();
    }
  }

  @Override
  public boolean isInPass() {
    return running.get() == Thread.currentThread();
  }

  @Override
  public boolean isOwner() {
    return last == Thread.currentThread();
  }
}
