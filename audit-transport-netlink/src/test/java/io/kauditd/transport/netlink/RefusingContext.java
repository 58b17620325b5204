// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditLog;
import io.kauditd.spi.TransportContext;

/** A context that remembers whether anybody got through to the engine. */
final class RefusingContext implements TransportContext {
  private final AuditLog log;
  volatile boolean connected;

  RefusingContext(AuditLog log) {
    this.log = log;
  }

  @Override
  public void connect(long peer) {
    connected = true;
  }

  @Override
  public void disconnect(long peer) {}

  @Override
  public AuditLog log() {
    return log;
  }
}
