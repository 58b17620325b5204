// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;

class ProvidersContractTest {
  @Nested
  class Syslog extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new SyslogTransportProvider();
    }

    @Override
    protected Map<String, String> someOptions() {
      return Map.of("server", "localhost:6514", "tls", "true", "facility", "local0");
    }
  }

  @Nested
  class Relp extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new RelpTransportProvider();
    }

    @Override
    protected Map<String, String> someOptions() {
      return Map.of("server", "[::1]:2514", "window", "16", "ack-timeout", "5s");
    }
  }
}
