// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.core.MemoryTransport;
import io.kauditd.spi.Transport;
import java.util.List;

class MemoryTransportContractTest extends TransportContract {
  private final MemoryTransport transport = new MemoryTransport(10_000);

  @Override
  protected Transport newTransport() {
    return transport;
  }

  @Override
  protected List<String> arrived() {
    return transport.records().stream().map(AuditRecord::text).toList();
  }
}
