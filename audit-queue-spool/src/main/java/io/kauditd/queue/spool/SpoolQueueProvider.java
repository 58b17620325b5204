// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.AuditQueueProvider;
import io.kauditd.spi.Counts;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.SpiVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Provides the queue {@code spool}.
 *
 * @since 0.1.0
 */
public final class SpoolQueueProvider implements AuditQueueProvider {
  static final PluginOption<Path> PATH =
      PluginOption.path("path", "the directory, only for this queue; created if it does not exist")
          .asRequired();
  static final PluginOption<Long> MAX_SIZE =
      PluginOption.sizeBytes(
              "max-size",
              SpoolBuilder.MIN_SIZE_BYTES,
              Long.MAX_VALUE,
              "the maximum size on disk; a record that does not fit is refused")
          .withDefault(SpoolBuilder.DEFAULT_SIZE_BYTES);
  static final PluginOption<Long> SEGMENT_SIZE =
      PluginOption.sizeBytes(
          "segment-size",
          SpoolBuilder.MIN_SEGMENT_BYTES,
          SpoolBuilder.MAX_SEGMENT_BYTES,
          "the size of one file, at most a quarter of max-size; a sixteenth, up to 8MiB, if not"
              + " set");
  static final PluginOption<Sync> SYNC =
      PluginOption.choice(
              "sync",
              Sync.class,
              "which records a loss of power may cost: those that the kernel has not written,"
                  + " those since the last pass, or none")
          .withDefault(Sync.NONE);

  /** For {@link java.util.ServiceLoader}. */
  public SpoolQueueProvider() {}

  @Override
  public String id() {
    return "spool";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "A queue on disk; what is in it is delivered after a restart of the program";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(PATH, MAX_SIZE, SEGMENT_SIZE, SYNC);
  }

  @Override
  public PluginOption<?> argument() {
    return PATH;
  }

  @Override
  public AuditQueue create(QueueRole role, PluginConfig config) throws IOException {
    return builder(config).open();
  }

  @Override
  public List<String> check(QueueRole role, PluginConfig config) {
    builder(config);
    try {
      SpoolDirectory.check(config.get(PATH));
      return List.of();
    } catch (IOException e) {
      return List.of(IoWords.of(e));
    }
  }

  private static SpoolBuilder builder(PluginConfig config) {
    SpoolBuilder builder =
        SpoolQueue.builder(config.get(PATH))
            .maxSizeBytes(config.get(MAX_SIZE))
            .sync(config.get(SYNC));
    Long segmentSize = config.find(SEGMENT_SIZE);
    if (segmentSize != null) {
      if (segmentSize > config.get(MAX_SIZE) / SpoolBuilder.LEAST_SEGMENTS) {
        throw new PluginConfigException(
            "option 'segment-size': "
                + Counts.of(segmentSize, "byte")
                + " are more than a quarter of 'max-size'; choose a smaller one");
      }
      builder.segmentSizeBytes(segmentSize);
    }
    return builder;
  }
}
