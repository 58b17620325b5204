// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.spi.Transport;
import java.time.Duration;

class RelpTransportContractTest extends ServerContract {
  RelpTransportContractTest() {
    super(TestServer.relp());
  }

  @Override
  protected Transport newTransport() {
    return TestPlugins.relp(server.place());
  }

  @Override
  protected boolean takenMeansArrived() {
    return true;
  }

  @Override
  protected boolean loseAcknowledgements() {
    server.mute(true);
    return true;
  }

  @Override
  protected void acknowledgeAgain() {
    server.mute(false);
  }

  @Override
  protected Duration sendTimeout() {
    return Duration.ofMillis(500);
  }
}
