// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;
import java.util.Map;

class FileTransportProviderContractTest extends PluginProviderContract {
  @Override
  protected PluginProvider newProvider() {
    return new FileTransportProvider();
  }

  @Override
  protected Map<String, String> someOptions() {
    return Map.of("path", "audit.log"); // not opened
  }
}
