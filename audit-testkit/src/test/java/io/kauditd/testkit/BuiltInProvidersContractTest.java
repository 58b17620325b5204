// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.core.BuiltIns;
import io.kauditd.spi.PluginProvider;
import org.junit.jupiter.api.Nested;

/** The providers of what comes along. */
class BuiltInProvidersContractTest {
  @Nested
  class MemoryQueues extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new BuiltIns.Memory();
    }
  }

  @Nested
  class MemoryTransports extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new BuiltIns.MemoryTransports();
    }
  }

  @Nested
  class NullTransports extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new BuiltIns.NullTransports();
    }
  }

  @Nested
  class Mainline extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new BuiltIns.Mainline();
    }
  }

  @Nested
  class Rfc extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new BuiltIns.Rfc();
    }
  }

  @Nested
  class Before extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new BuiltIns.Before();
    }
  }

  @Nested
  class Ordered extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new BuiltIns.Ordered();
    }
  }
}
