// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.fixtures.plugin.NoEngine;

/** A context that remembers whether anybody got through to the engine. */
final class RefusingContext extends NoEngine {
  volatile boolean connected;

  @Override
  public void connect() {
    connected = true;
  }

  @Override
  public void connect(long peer) {
    connected = true;
  }
}
