// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;

class ProvidersContractTest {
  @Nested
  class OfTheTransport extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new AuditdTransportProvider();
    }

    @Override
    protected Map<String, String> someOptions() {
      return Map.of("server", "[::1]:60", "window", "16", "node", "web1", "ack-timeout", "5s");
    }
  }

  @Nested
  class OfTheSource extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new AuditdSourceProvider();
    }

    @Override
    protected Map<String, String> someOptions() {
      return Map.of("listen", "0.0.0.0:60", "allow", "10.0.0.0/8,::1", "acknowledge", "accepted");
    }
  }
}
