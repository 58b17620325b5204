// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditStatus;

/** What the 2022 patch promises for a daemon that is stopped. */
enum OutagePromise {
  /** A walk over a queue goes once over what was in it. */
  PASSES_END("every pass ends") {
    @Override
    boolean keptBy(OutageResult result) {
      return result.status().endlessPasses() == 0;
    }
  },
  /**
   * The kernel lets one record more than the limit into the main queue. The policy 'ordered' puts
   * records in flight back there, so that they keep their place.
   */
  QUEUES_BOUNDED("every queue stays within its limit") {
    @Override
    boolean keptBy(OutageResult result) {
      int limit = result.status().settings().backlogLimit();
      AuditStatus.HighWater high = result.status().highWater();
      return limit == 0
          || (high.main() <= limit + 1L + OutageRun.BATCH_RECORDS
              && high.retry() <= limit
              && high.hold() <= limit);
    }
  },
  /** Nothing is tried over and over. */
  THREAD_RESTS("queue thread below 5% of a core") {
    @Override
    boolean keptBy(OutageResult result) {
      return result.cpuShare() < 0.05;
    }
  },
  /** Asked only of producers that were told not to wait. */
  PRODUCERS_GO_ON("producer p99.9 at most doubled") {
    @Override
    boolean isAsked(OutageResult result) {
      return result.status().settings().backlogWaitTimeMs() == 0;
    }

    @Override
    boolean keptBy(OutageResult result) {
      return result.times(OutagePhase.DURING).delay().getValueAtPercentile(99.9)
          <= 2 * result.times(OutagePhase.BEFORE).delay().getValueAtPercentile(99.9);
    }
  };

  private final String words;

  OutagePromise(String words) {
    this.words = words;
  }

  /** In words, for a row of the table. */
  String words() {
    return words;
  }

  /** Whether the settings are those that the promise is for. */
  boolean isAsked(OutageResult result) {
    return true;
  }

  abstract boolean keptBy(OutageResult result);
}
