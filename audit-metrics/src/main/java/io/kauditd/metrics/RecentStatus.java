// SPDX-License-Identifier: Apache-2.0
package io.kauditd.metrics;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditStatus;
import io.micrometer.core.instrument.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The status that all meters of one scrape share, so that their numbers fit together. A scrape
 * reads them one after the other within milliseconds; the next one comes seconds later.
 */
final class RecentStatus {
  static final long MAX_AGE_NS = 100_000_000;

  private final AuditLog log;
  private final Clock clock;
  private @Nullable AuditStatus status;
  private long takenNs;

  RecentStatus(AuditLog log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  synchronized AuditStatus get() {
    long nowNs = clock.monotonicTime();
    AuditStatus recent = status;
    if (recent == null || nowNs - takenNs >= MAX_AGE_NS) {
      recent = log.status();
      status = recent;
      takenNs = nowNs;
    }
    return recent;
  }
}
