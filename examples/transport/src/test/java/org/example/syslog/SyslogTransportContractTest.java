// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import com.cloudbees.syslog.Facility;
import io.kauditd.spi.Transport;
import io.kauditd.testkit.TransportContract;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The rules T1 to T16, against a real server. */
class SyslogTransportContractTest extends TransportContract {
  private final SyslogServer server = new SyslogServer();

  @AfterEach
  void closeServer() {
    server.close();
  }

  @Override
  protected Transport newTransport() {
    return new SyslogTransport(
        "127.0.0.1", server.port(), Facility.AUTHPRIV, "test", Duration.ofMillis(100));
  }

  @Override
  protected List<String> arrived() {
    return server.messages().stream()
        .map(message -> message.substring(message.indexOf("): ") + "): ".length()))
        .toList();
  }

  @Override
  protected boolean stopDaemon() {
    server.stop();
    return true;
  }

  @Override
  protected void startDaemon() {
    server.start();
  }

  @Override
  protected boolean stallDaemon() {
    server.stall();
    return true;
  }

  @Override
  protected void resumeDaemon() {
    server.resume();
  }
}
