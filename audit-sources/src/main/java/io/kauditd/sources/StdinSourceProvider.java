// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import java.util.List;

/**
 * Provides the source {@code stdin}.
 *
 * @since 0.1.0
 */
public final class StdinSourceProvider implements RecordSourceProvider {
  /** For {@link java.util.ServiceLoader}. */
  public StdinSourceProvider() {}

  @Override
  public String id() {
    return "stdin";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "lines of standard input, one record each";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(SourceOptions.TYPE, SourceOptions.FORMAT, SourceOptions.GAPS);
  }

  @Override
  public RecordSource create(PluginConfig config) {
    return new StdinSource(SourceOptions.rules(config));
  }
}
