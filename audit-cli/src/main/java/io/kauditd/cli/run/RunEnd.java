// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Why a run ends. The first reason counts, and wakes the thread that waits for the end.
 * Thread-safe.
 */
final class RunEnd {
  /** A reason. */
  enum Kind {
    /** The source has no more records. */
    SOURCE_ENDED("source ended"),
    /** The source could not be opened or read. */
    SOURCE_FAILED("source failed"),
    /** The source threw something that no source may throw. */
    SOURCE_FAULT("source fault"),
    /** SIGINT, SIGTERM or SIGHUP. */
    SIGNAL("signal"),
    /** A record was lost with failure mode panic. */
    PANIC("panic");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The reason, as the summary shows it. */
    String word() {
      return word;
    }
  }

  /**
   * A reason with its details.
   *
   * @param message one sentence; null if the reason needs none
   * @param signal the signal's number, 0 for none
   */
  record Reason(Kind kind, @Nullable String message, @Nullable Throwable cause, int signal) {
    Reason(Kind kind, @Nullable String message, @Nullable Throwable cause) {
      this(kind, message, cause, 0);
    }
  }

  private final AtomicReference<@Nullable Reason> first = new AtomicReference<>();
  private final CountDownLatch known = new CountDownLatch(1);

  void sourceEnded() {
    end(new Reason(Kind.SOURCE_ENDED, null, null));
  }

  void sourceFailed(Kind kind, String message, Throwable cause) {
    end(new Reason(kind, message, cause));
  }

  void signal() {
    end(new Reason(Kind.SIGNAL, null, null));
  }

  /**
   * A signal asks for the end.
   *
   * @return whether it is the first reason to end
   */
  boolean signal(int number) {
    return end(new Reason(Kind.SIGNAL, null, null, number));
  }

  void panic(String message) {
    end(new Reason(Kind.PANIC, message, null));
  }

  private boolean end(Reason reason) {
    boolean isFirst = first.compareAndSet(null, reason);
    if (isFirst) {
      known.countDown();
    }
    return isFirst;
  }

  /** The reason, null while the run goes on. */
  @Nullable Reason reason() {
    return first.get();
  }

  /** Waits for the end. An interrupt counts as a signal. */
  Reason await() {
    try {
      known.await();
    } catch (InterruptedException e) {
      signal();
      Thread.currentThread().interrupt();
    }
    Reason reason = first.get();
    if (reason == null) {
      throw new IllegalStateException("ended without a reason");
    }
    return reason;
  }
}
