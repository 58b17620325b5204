// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.spi.Transport;
import io.kauditd.testkit.TransportContract;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The rules for transports, against a collector on the loopback address. */
class AuditdTransportContractTest extends TransportContract {
  private final TestDaemon daemon = new TestDaemon();

  @AfterEach
  void closeDaemon() {
    daemon.close();
  }

  @Override
  protected Transport newTransport() {
    return TestPlugins.transport(daemon.place());
  }

  @Override
  protected List<String> arrived() {
    return daemon.texts();
  }

  @Override
  protected boolean stopDaemon() {
    daemon.stop();
    return true;
  }

  @Override
  protected void startDaemon() {
    daemon.start();
  }

  @Override
  protected boolean stallDaemon() {
    daemon.stall();
    return true;
  }

  @Override
  protected void resumeDaemon() {
    daemon.resume();
  }

  @Override
  protected boolean takenMeansArrived() {
    return true;
  }

  @Override
  protected boolean loseAcknowledgements() {
    daemon.mute(true);
    return true;
  }

  @Override
  protected void acknowledgeAgain() {
    daemon.mute(false);
  }

  @Override
  protected Duration sendTimeout() {
    return Duration.ofMillis(500);
  }
}
