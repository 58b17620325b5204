// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;

/** The rules G1 to G5. */
class SyslogProviderContractTest extends PluginProviderContract {
  @Override
  protected PluginProvider newProvider() {
    return new SyslogTransportProvider();
  }
}
