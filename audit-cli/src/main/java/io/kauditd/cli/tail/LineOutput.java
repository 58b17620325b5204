// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines on their way to a terminal, a pipe or a file. They are collected while they come fast, but
 * never wait long. A thread sleeps until there is a line, and then writes all that are there.
 * Thread-safe.
 */
final class LineOutput implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final long PAUSE_MS = 20;

  private final OutputStream out;
  private volatile Runnable whenFailed = () -> {};

  // guarded by this
  private boolean waiting;
  private boolean closed;
  private @Nullable IOException failure;

  LineOutput(OutputStream target) {
    out = new BufferedOutputStream(target, BUFFER_BYTES);
    Thread.ofPlatform().name("line-output").daemon().start(this::flushNowAndThen);
  }

  /**
   * Adds a line, with its line end. Blocks while the reader does not read.
   *
   * @return whether it was taken; false after a failure
   */
  synchronized boolean write(byte[] line, int length) {
    if (failure != null) {
      return false;
    }
    try {
      out.write(line, 0, length);
    } catch (IOException e) {
      failure = e;
      return false;
    }
    if (!waiting) {
      waiting = true;
      notifyAll();
    }
    return true;
  }

  /** What to do as soon as lines cannot be written, if no other line shows that. */
  void onFailure(Runnable action) {
    whenFailed = action;
    if (failure() != null) {
      action.run();
    }
  }

  /** Why a line could not be written, or null. */
  synchronized @Nullable IOException failure() {
    return failure;
  }

  private void flushNowAndThen() {
    try {
      while (true) {
        synchronized (this) {
          while (!waiting && !closed) {
            wait();
          }
          if (closed) {
            return;
          }
          flush();
        }
        if (failure() != null) {
          whenFailed.run();
          return;
        }
        Thread.sleep(PAUSE_MS); // what comes meanwhile goes out together
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void flush() {
    waiting = false;
    try {
      out.flush();
    } catch (IOException e) {
      failure = e;
    }
  }

  /** Passes on the rest; does not close the stream behind. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    flush();
  }
}
