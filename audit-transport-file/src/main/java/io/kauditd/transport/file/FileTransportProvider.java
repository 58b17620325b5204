// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.nio.file.Path;
import java.util.List;

/**
 * Provides the transport {@code file}.
 *
 * @since 0.1.0
 */
public final class FileTransportProvider implements TransportProvider {
  static final PluginOption<Path> PATH =
      PluginOption.path("path", "the file to append to").asRequired();
  static final PluginOption<FlushMode> FLUSH =
      PluginOption.choice(
              "flush",
              FlushMode.class,
              "when records are forced to the disk: never, after each 'freq' records, or before"
                  + " each batch counts as delivered")
          .withDefault(FlushMode.INCREMENTAL);
  static final PluginOption<Long> FREQ =
      PluginOption.number(
              "freq",
              1,
              FileTransportBuilder.MAX_FLUSH_RECORDS,
              "after how many records flush=incremental forces")
          .withDefault((long) FileTransportBuilder.DEFAULT_FLUSH_RECORDS);
  static final PluginOption<Long> MAX_SIZE =
      PluginOption.sizeBytes(
          "max-size",
          FileTransportBuilder.MIN_SIZE_BYTES,
          Long.MAX_VALUE,
          "the size from which the file is rotated; never if not set");
  static final PluginOption<Long> KEEP =
      PluginOption.number(
              "keep", 1, FileTransportBuilder.MAX_KEEP, "how many rotated files are kept")
          .withDefault((long) FileTransportBuilder.DEFAULT_KEEP);
  static final PluginOption<String> GROUP =
      PluginOption.string("group", "the group that may read the file; none if not set");

  /** For {@link java.util.ServiceLoader}. */
  public FileTransportProvider() {}

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
    return "appends to a log file that ausearch can read";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(PATH, FLUSH, FREQ, MAX_SIZE, KEEP, GROUP);
  }

  @Override
  public PluginOption<?> argument() {
    return PATH;
  }

  @Override
  public Transport create(PluginConfig config) {
    var builder =
        FileTransport.builder(config.get(PATH))
            .flush(config.get(FLUSH))
            .flushRecords(config.get(FREQ).intValue())
            .keep(config.get(KEEP).intValue());
    Long maxSize = config.find(MAX_SIZE);
    if (maxSize != null) {
      builder.maxSizeBytes(maxSize);
    }
    String group = config.find(GROUP);
    if (group != null) {
      builder.group(group);
    }
    return builder.build();
  }
}
