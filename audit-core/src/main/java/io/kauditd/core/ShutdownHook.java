// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Closes an engine when the JVM shuts down, so that a program that ends without closing it leaves
 * no record behind.
 *
 * <p>The JVM runs all hooks at the same time. Hooks of a web server or a container may still log.
 * So the engine accepts records until none has come for a while, and then closes.
 */
final class ShutdownHook {
  /** The longest that the end of a program is held up. */
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** For as long nobody has logged: the other hooks are done, or do not log. */
  private static final long QUIET_NS = 250_000_000;

  private static final long LOOK_NS = 5_000_000;

  private final Thread thread;

  private ShutdownHook(Thread thread) {
    this.thread = thread;
  }

  /**
   * Registers a hook.
   *
   * @param close waits until nobody logs, and closes the engine, within a time
   */
  static ShutdownHook register(Consumer<Duration> close) {
    Thread thread =
        Thread.ofPlatform()
            .name("kauditd-shutdown")
            .inheritInheritableThreadLocals(false)
            .unstarted(() -> close.accept(DEADLINE));
    thread.setContextClassLoader(null); // that of an application would be kept for as long
    try {
      Runtime.getRuntime().addShutdownHook(thread);
    } catch (IllegalStateException e) {
      EngineLog.warn("the program ends already; close the engine, or its records may be lost");
    }
    return new ShutdownHook(thread);
  }

  /**
   * Waits until no record has come for a while.
   *
   * @param logged how many records were logged, whether they were taken or not
   * @param endNs when it stops to wait in any case
   */
  static void awaitQuiet(LongSupplier logged, long endNs) {
    long seen = logged.getAsLong();
    long sinceNs = System.nanoTime();
    while (System.nanoTime() - sinceNs < QUIET_NS && System.nanoTime() - endNs < 0) {
      LockSupport.parkNanos(LOOK_NS);
      long now = logged.getAsLong();
      if (now != seen) {
        seen = now;
        sinceNs = System.nanoTime();
      }
    }
  }

  /** The engine is closed; there is nothing left to do at the end. */
  void remove() {
    try {
      Runtime.getRuntime().removeShutdownHook(thread);
    } catch (IllegalStateException e) {
      return; // the machine shuts down already, and the hook runs or has run
    }
  }
}
