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
    if (!thread.join(Duration.ofSeconds(20))) {
      throw new AssertionError("the source does not end");
    }
    if (failure != null) {
      throw new AssertionError("the source failed", failure);
    }
  }

  /** Waits until the thread does what it does when there is nothing to read. */
  void awaitBlocked(String method) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
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

  /** Closes the source and returns how long it took to end, in milliseconds. */
  long closeAndJoinMs() throws InterruptedException {
    long start = System.nanoTime();
    source.close();
    join();
    return (System.nanoTime() - start) / 1_000_000;
  }

  @Override
  public void close() throws InterruptedException {
    closeAndJoinMs();
  }
}
