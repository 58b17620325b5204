// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the contracts check about threads: where one is, and which ones were left running. */
final class Threads {
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int FRAMES = 12;

  private Threads() {}

  /** Where a thread stands, for a message about one that hangs. */
  static String stackOf(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .limit(FRAMES)
        .map(frame -> "    " + frame)
        .collect(Collectors.joining("\n"));
  }

  /** The names of the threads of a group that still run, but for one, after some patience. */
  static List<String> leftIn(ThreadGroup group, Thread except, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      var all = new Thread[group.activeCount() + 16];
      int count = group.enumerate(all);
      List<String> names =
          Arrays.stream(all, 0, count)
              .filter(each -> each != except && each.isAlive())
              .map(Thread::getName)
              .filter(name -> !name.startsWith("ForkJoinPool.commonPool")) // the JDK's; never ends
              .toList();
      if (names.isEmpty() || System.nanoTime() - end > 0) {
        return names;
      }
      LockSupport.parkNanos(POLL_NS);
    }
  }
}
