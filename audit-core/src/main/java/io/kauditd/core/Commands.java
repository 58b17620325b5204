// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The commands that wait for the owner, in order; to look whether there are any costs one read. */
final class Commands {
  /** Far more than daemons register between two attempts; beyond it something runs wild. */
  private static final int MAX_WAITING = 4096;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Command> waiting = new ArrayDeque<>();
  private volatile boolean any;

  void post(Command command) {
    lock.lock();
    try {
      if (waiting.size() >= MAX_WAITING) {
        throw new IllegalStateException(
            MAX_WAITING
                + " connects and disconnects wait already; nobody runs the engine's passes");
      }
      waiting.add(command);
      any = true;
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    return !any;
  }

  @Nullable Command next() {
    lock.lock();
    try {
      Command command = waiting.poll();
      any = !waiting.isEmpty();
      return command;
    } finally {
      lock.unlock();
    }
  }
}
