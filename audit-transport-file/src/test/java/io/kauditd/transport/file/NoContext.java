// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.api.AuditLog;
import io.kauditd.spi.TransportContext;

/** The context of a transport that asks nothing of the engine. */
final class NoContext implements TransportContext {
  @Override
  public void connect(long peer) {
    throw new AssertionError("not asked for");
  }

  @Override
  public void disconnect(long peer) {
    throw new AssertionError("not asked for");
  }

  @Override
  public AuditLog log() {
    throw new AssertionError("not asked for");
  }
}
