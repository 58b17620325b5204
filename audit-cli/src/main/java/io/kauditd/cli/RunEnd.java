// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Why a run ends. The first reason stands; whoever waits for the end learns of it. Thread-safe. */
@Singleton
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

    /** The reason as it stands in the summary. */
    String word() {
      return word;
    }
  }

  /**
   * A reason with what there is to say about it.
   *
   * @param message one sentence, null where the reason says it all
   */
  record Reason(Kind kind, @Nullable String message, @Nullable Throwable cause) {}

  private final AtomicReference<@Nullable Reason> first = new AtomicReference<>();
  private final CountDownLatch known = new CountDownLatch(1);

  @Inject
  RunEnd() {}

  void sourceEnded() {
    end(new Reason(Kind.SOURCE_ENDED, null, null));
  }

  void sourceFailed(Kind kind, String message, Throwable cause) {
    end(new Reason(kind, message, cause));
  }

  void signal() {
    end(new Reason(Kind.SIGNAL, null, null));
  }

  void panic(String message) {
    end(new Reason(Kind.PANIC, message, null));
  }

  private void end(Reason reason) {
    if (first.compareAndSet(null, reason)) {
      known.countDown();
    }
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
