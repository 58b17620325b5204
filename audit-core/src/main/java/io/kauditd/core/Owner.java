// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Knows which thread runs the passes, and whether it is in one. A plug-in or listener that logs
 * runs on that thread, which cannot wait for itself.
 */
final class Owner implements Gate.Owner {
  private final AtomicReference<@Nullable Thread> running;
  private volatile @Nullable Thread last;
  private boolean interrupted; // of the thread that runs the engine, which alone touches it

  /**
   * The calling thread builds the engine, and runs it until {@link #built}.
   *
   * @param passive whether it is taken for the owner until somebody runs a pass
   */
  Owner(boolean passive) {
    running = new AtomicReference<>(Thread.currentThread());
    last = passive ? Thread.currentThread() : null;
  }

  /** The engine is built. Whoever has it built looks after the interrupt flag. */
  void built() {
    interrupted = false;
    running.set(null);
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
    interrupted = Thread.interrupted();
    if (last != me) {
      last = me;
    }
  }

  /** An interrupt that came meanwhile, or was there before, is handed on to the thread. */
  void leave() {
    boolean wasInterrupted = interrupted;
    running.set(null);
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Clears the interrupt flag of the thread that runs the engine. With the flag set, the next use
   * of a channel would close it, and waits would end at once. The interrupt may be meant for the
   * program that runs the passes, so it is kept until {@link #leave}. Does nothing on any other
   * thread.
   */
  void calm() {
    Thread me = Thread.currentThread();
    if (me.isInterrupted() && running.get() == me) {
      interrupted |= Thread.interrupted();
    }
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
