// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.testkit.TransportContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The rules T1 to T16, against a server on the loopback address. */
abstract class ServerContract extends TransportContract {
  final TestServer server;

  ServerContract(TestServer server) {
    this.server = server;
  }

  @AfterEach
  void closeServer() {
    server.close();
  }

  @Override
  protected List<String> arrived() {
    return server.texts();
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
