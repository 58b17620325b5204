// SPDX-License-Identifier: Apache-2.0
package org.example.http;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;
import java.util.Map;

/** The rules G1 to G6. */
class HttpProviderContractTest extends PluginProviderContract {
  @Override
  protected PluginProvider newProvider() {
    return new HttpTransportProvider();
  }

  @Override
  protected Map<String, String> someOptions() {
    return Map.of("url", "https://collector.example/audit", "token", "x", "send-timeout", "2s");
  }
}
