// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.spi.Durations;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one thread that calls a plug-in in a test. A call that does not return fails the test instead
 * of hanging it. Threads that the plug-in starts are found, because they join the thread group of
 * the thread that started them.
 */
final class OwnerThread implements AutoCloseable {
  private final ThreadGroup group;
  private final Thread thread;
  private final LinkedBlockingQueue<FutureTask<?>> calls = new LinkedBlockingQueue<>();
  private volatile boolean stuck;

  OwnerThread(String name) {
    group = new ThreadGroup(name + " and what it starts");
    thread = new Thread(group, this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        calls.take().run();
      }
    } catch (InterruptedException e) {
      return; // closed
    }
  }

  /**
   * Makes a call on the thread.
   *
   * @param limit how long it may take
   * @param situation begins the message if it takes longer, or throws
   */
  <T> T call(Duration limit, String situation, Callable<T> call) {
    return call(limit, situation, situation, call);
  }

  /**
   * Makes a call on the thread.
   *
   * @param limit how long it may take
   * @param late begins the message if it takes longer
   * @param thrown begins the message if it throws
   */
  <T> T call(Duration limit, String late, String thrown, Callable<T> call) {
    var task = new FutureTask<>(call);
    calls.add(task);
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      stuck = true;
      throw new AssertionError(
          late
              + " did not return within "
              + Durations.inWords(limit)
              + "; the thread stands at\n"
              + Threads.stackOf(thread),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError broken) {
        throw broken;
      }
      throw new AssertionError(thrown + " threw " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(late + " was interrupted", e);
    }
  }

  /** As {@link #call}, for what returns nothing. */
  void run(Duration limit, String situation, Action action) {
    call(
        limit,
        situation,
        () -> {
          action.run();
          return Boolean.TRUE;
        });
  }

  /** Whether a call has not returned in time; the next one would wait for it. */
  boolean isStuck() {
    return stuck;
  }

  /** The names of the threads that were started by calls and still run, after some patience. */
  List<String> threadsLeft(Duration patience) {
    return Threads.leftIn(group, thread, patience);
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** What a call does. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }
}
