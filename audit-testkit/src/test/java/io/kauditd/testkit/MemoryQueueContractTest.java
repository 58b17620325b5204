// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.core.MemoryQueue;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;

class MemoryQueueContractTest extends AuditQueueContract {
  @Override
  protected AuditQueue open(QueueRole role) {
    return new MemoryQueue();
  }
}
