// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import java.nio.file.Path;
import java.time.Duration;
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

  static final PluginOption<Path> CHECKPOINT =
      PluginOption.path(
          "checkpoint",
          "a file that remembers what was delivered, for the next run to go on there");
  static final PluginOption<Duration> CHECKPOINT_INTERVAL =
      PluginOption.duration(
              "checkpoint-interval",
              Duration.ofMillis(10),
              Duration.ofHours(1),
              "the shortest time between two writes of the checkpoint")
          .withDefault(FileSourceBuilder.DEFAULT_CHECKPOINT_INTERVAL);
  static final PluginOption<StartAt> START =
      PluginOption.choice(
              "start",
              StartAt.class,
              "where to begin when there is no checkpoint yet; 'checkpoint' asks for one")
          .withDefault(StartAt.BEGINNING);

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
    return List.of(
        PATH,
        FOLLOW,
        CHECKPOINT,
        CHECKPOINT_INTERVAL,
        START,
        SourceOptions.TYPE,
        SourceOptions.FORMAT,
        SourceOptions.GAPS);
  }

  @Override
  public PluginOption<?> argument() {
    return PATH;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    FileSourceBuilder builder =
        FileSource.builder(config.get(PATH))
            .follow(config.get(FOLLOW))
            .rules(SourceOptions.rules(config))
            .checkpointInterval(config.get(CHECKPOINT_INTERVAL))
            .start(config.get(START));
    Path checkpoint = config.find(CHECKPOINT);
    if (checkpoint != null) {
      builder.checkpoint(checkpoint);
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new PluginConfigException(String.valueOf(e.getMessage()), e);
    }
  }
}
