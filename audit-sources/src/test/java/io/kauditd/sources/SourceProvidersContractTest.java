// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The providers of the four sources. */
class SourceProvidersContractTest {
  @Nested
  class Stdin extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new StdinSourceProvider();
    }
  }

  @Nested
  class File extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new FileSourceProvider();
    }

    @Override
    protected Map<String, String> someOptions() {
      return Map.of("path", "in.log"); // not opened
    }
  }

  @Nested
  class Unix extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new UnixSourceProvider();
    }

    @Override
    protected Map<String, String> someOptions() {
      return Map.of("path", "in.log"); // not opened
    }
  }

  @Nested
  class Generate extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new GenerateSourceProvider();
    }
  }
}
