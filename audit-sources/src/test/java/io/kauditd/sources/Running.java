// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A source that runs in a thread of its own, as the tool runs it. */
final class Running implements AutoCloseable {
  private final RecordSource source;
  private final Thread thread;
  private volatile @Nullable Throwable failure;

  private Running(RecordSource source, RecordSink sink) {
    this.source = source;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("source under test")
            .start(() -> {
              try {
                source.run(sink);
              } catch (Throwable e) {
                failure = e;
              }
            });
  }

  static Running start(RecordSource source, RecordSink sink) {
    return new Running(source, sink);
  }

  /** Waits for the source to end by itself. */
  void join() throws InterruptedException {
    if (!thread.join(Duration.ofMinutes(2))) {
      throw new AssertionError("the source does not end");
    }
    if (failure != null) {
      throw new AssertionError("the source failed", failure);
    }
  }

  /** Waits until the thread does what it does when there is nothing to read. */
  void awaitBlocked(String method) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (System.nanoTime() < end) {
      for (StackTraceElement frame : thread.getStackTrace()) {
        if (frame.getMethodName().contains(method)) {
          return;
        }
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("the source never came to " + method + "; it failed: " + failure);
  }

  /** Closes the source and waits for its end. */
  void end() throws InterruptedException {
    source.close();
    join();
  }

  @Override
  public void close() throws InterruptedException {
    end();
  }
}
