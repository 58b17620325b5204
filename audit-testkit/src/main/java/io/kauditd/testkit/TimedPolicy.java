// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Durations;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the time that a policy takes for its answers in one test. A policy that pauses, or never
 * answers, then fails a test soon, although the test asks thousands of questions.
 */
final class TimedPolicy implements ErrorPolicy {
  private final ErrorPolicy policy;
  private final Times times;

  TimedPolicy(ErrorPolicy policy, Times times) {
    this.policy = policy;
    this.times = times;
  }

  /** How long the answers of one test have taken. One thread is asked; another looks at it. */
  static final class Times {
    private static final long IDLE = Long.MIN_VALUE;

    private volatile long usedNs;
    private volatile long answers;
    private volatile long sinceNs = IDLE;

    private void begin() {
      sinceNs = System.nanoTime();
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void end() {
      usedNs += System.nanoTime() - sinceNs;
      answers++;
      sinceNs = IDLE;
    }

    /**
     * What is wrong if the answers so far have taken longer than this limit; null if they have not.
     */
    @Nullable String overdue(Duration limit) {
      long since = sinceNs;
      long nowNs = usedNs + (since == IDLE ? 0 : System.nanoTime() - since);
      return nowNs <= limit.toNanos()
          ? null
          : Rule.P10.when(
              "%d questions took %s; an answer should take microseconds",
              answers + (since == IDLE ? 0 : 1), Durations.inWords(Duration.ofNanos(nowNs)));
    }
  }

  @Override
  public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
    times.begin();
    try {
      return policy.route(record, failure, queues);
    } finally {
      times.end();
    }
  }

  @Override
  public @Nullable Routing routeRest(FailedSend failure) {
    times.begin();
    try {
      return policy.routeRest(failure);
    } finally {
      times.end();
    }
  }

  @Override
  public boolean walksOnce() {
    return policy.walksOnce();
  }

  @Override
  public boolean stopsPass() {
    return policy.stopsPass();
  }

  @Override
  public boolean keepsOrder() {
    return policy.keepsOrder();
  }
}
