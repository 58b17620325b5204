// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import java.nio.file.Path;
import java.util.List;

/**
 * Provides the source {@code file}.
 *
 * @since 0.1.0
 */
public final class FileSourceProvider implements RecordSourceProvider {
  static final PluginOption<Path> PATH = PluginOption.path("path", "the file to read").asRequired();
  static final PluginOption<Boolean> FOLLOW =
      PluginOption.bool(
              "follow", "whether to wait for more at its end, through rotation and truncation")
          .withDefault(false);

  /** For {@link java.util.ServiceLoader}. */
  public FileSourceProvider() {}

  @Override
  public String id() {
    return "file";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "lines of a file, one record each, read once or followed";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(PATH, FOLLOW, SourceOptions.TYPE, SourceOptions.FORMAT, SourceOptions.GAPS);
  }

  @Override
  public PluginOption<?> argument() {
    return PATH;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    return new FileSource(config.get(PATH), config.get(FOLLOW), SourceOptions.rules(config));
  }
}
