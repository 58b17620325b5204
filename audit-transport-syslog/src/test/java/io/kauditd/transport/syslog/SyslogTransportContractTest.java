// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.spi.Transport;
import org.junit.jupiter.api.Nested;

class SyslogTransportContractTest {
  @Nested
  class OverTcp extends ServerContract {
    OverTcp() {
      super(TestServer.syslog());
    }

    @Override
    protected Transport newTransport() {
      return TestPlugins.syslog(server.place());
    }
  }

  @Nested
  class OverTls extends ServerContract {
    OverTls() throws Exception {
      super(new TestServer(Pki.shared().serverSockets(), false));
    }

    @Override
    protected Transport newTransport() throws Exception {
      return TestPlugins.syslog(server.place(), "tls=true", "ca=" + Pki.shared().file("ca.pem"));
    }
  }
}
