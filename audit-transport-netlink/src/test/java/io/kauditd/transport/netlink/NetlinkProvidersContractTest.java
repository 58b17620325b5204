// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;
import org.junit.jupiter.api.Nested;

/** The providers of the transport and of the two sources. */
class NetlinkProvidersContractTest {
  @Nested
  class NetlinkTransport extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new NetlinkTransportProvider();
    }
  }

  @Nested
  class Kernel extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new KernelSourceProvider();
    }
  }

  @Nested
  class Peer extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new PeerSourceProvider();
    }
  }
}
