// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.api.AuditSettings;
import io.kauditd.core.AuditEngine;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryQueue;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.time.Duration;

/** A daemon that is away at first. When it is there, it takes all, or refuses all. */
final class ReturningDaemon implements Transport {
  boolean there;
  boolean takes = true;
  long delivered;

  /** An engine for this daemon, without a thread, with room for some records. */
  AuditEngine engine(ErrorPolicy policy, String policyId, AuditQueue hold, int records) {
    return Kauditd.builder()
        .settings(AuditSettings.DEFAULTS.withBacklogLimit(records))
        .policy(policyId, policy)
        .reopenPauses(Duration.ofNanos(1), Duration.ofNanos(1))
        .mainQueue(new MemoryQueue()) // bounded by nothing, in bytes neither
        .holdQueue(hold)
        .transport("bench", this)
        .passive();
  }

  @Override
  public OpenResult open(TransportContext context) {
    return there ? OpenResult.connected() : OpenResult.failed("nobody there");
  }

  @Override
  public SendResult send(RecordBatch batch) {
    int count = 0;
    if (!takes) {
      batch.next();
      return SendResult.failed(0, SendError.EAGAIN, "full");
    }
    while (batch.next() != null) {
      count++;
    }
    delivered += count;
    return SendResult.sent(count);
  }

  @Override
  public void close() {}
}
