// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;
import java.util.Map;

/** The rules G1 to G6. */
class SyslogProviderContractTest extends PluginProviderContract {
  @Override
  protected PluginProvider newProvider() {
    return new SyslogTransportProvider();
  }

  @Override
  protected Map<String, String> someOptions() {
    return Map.of("server", "localhost:601", "facility", "local0", "send-timeout", "1s");
  }
}
