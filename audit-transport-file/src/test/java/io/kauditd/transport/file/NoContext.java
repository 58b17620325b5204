// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.api.AuditStatus;
import io.kauditd.api.MulticastListener;
import io.kauditd.spi.TransportContext;

/** The context of a transport that asks nothing of the engine. */
class NoContext implements TransportContext {
  @Override
  public void connect() {
    throw new AssertionError("not asked for");
  }

  @Override
  public void connect(long peer) {
    throw new AssertionError("not asked for");
  }

  @Override
  public void disconnect() {
    throw new AssertionError("not asked for");
  }

  @Override
  public void disconnect(long peer) {
    throw new AssertionError("not asked for");
  }

  @Override
  public void addListener(MulticastListener listener) {
    throw new AssertionError("not asked for");
  }

  @Override
  public void removeListener(MulticastListener listener) {
    throw new AssertionError("not asked for");
  }

  @Override
  public AuditStatus status() {
    throw new AssertionError("not asked for");
  }
}
