// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.MulticastListener;
import io.kauditd.spi.TransportContext;

/** A context that remembers whether anybody got through to the engine. */
final class RefusingContext implements TransportContext {
  volatile boolean connected;

  @Override
  public void connect() {
    connected = true;
  }

  @Override
  public void connect(long peer) {
    connected = true;
  }

  @Override
  public void disconnect() {}

  @Override
  public void disconnect(long peer) {}

  @Override
  public void addListener(MulticastListener listener) {}

  @Override
  public void removeListener(MulticastListener listener) {}

  @Override
  public AuditStatus status() {
    return AuditStatus.builder().build();
  }
}
