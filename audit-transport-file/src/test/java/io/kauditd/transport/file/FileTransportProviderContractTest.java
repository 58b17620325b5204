// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;

class FileTransportProviderContractTest extends PluginProviderContract {
  @Override
  protected PluginProvider newProvider() {
    return new FileTransportProvider();
  }
}
