// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
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
      PluginOption.path(
              "path", "the file to append to; with %{node} in its name, a file for each host")
          .asRequired();
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

  static final PluginOption<RotationPeriod> ROTATE =
      PluginOption.choice(
              "rotate",
              RotationPeriod.class,
              "when the file is rotated besides: at midnight, or each hour")
          .withDefault(RotationPeriod.NEVER);
  static final PluginOption<Compression> COMPRESS =
      PluginOption.choice("compress", Compression.class, "how rotated files are compressed")
          .withDefault(Compression.NONE);
  static final PluginOption<Long> MAX_TOTAL_SIZE =
      PluginOption.sizeBytes(
          "max-total-size",
          FileTransportBuilder.MIN_SIZE_BYTES,
          Long.MAX_VALUE,
          "how large all rotated files may be together; no limit if not set");
  static final PluginOption<SpaceLimit> SPACE_LEFT =
      PluginOption.custom(
          "space-left",
          SpaceLimit.KIND,
          "when less of the disk is free, space-left-action is done; 0 for never",
          SpaceLimit::parse);
  static final PluginOption<DiskAction> SPACE_LEFT_ACTION =
      PluginOption.custom(
              "space-left-action", DiskAction.KIND, "what is done then, once", DiskAction::parse)
          .withDefault(DiskAction.LOG);
  static final PluginOption<SpaceLimit> ADMIN_SPACE_LEFT =
      PluginOption.custom(
          "admin-space-left",
          SpaceLimit.KIND,
          "a lower limit, for admin-space-left-action; 0 for never",
          SpaceLimit::parse);
  static final PluginOption<DiskAction> ADMIN_SPACE_LEFT_ACTION =
      PluginOption.custom(
              "admin-space-left-action",
              DiskAction.KIND,
              "what is done then, once",
              DiskAction::parse)
          .withDefault(DiskAction.STOP);
  static final PluginOption<DiskAction> DISK_FULL_ACTION =
      PluginOption.custom(
              "disk-full-action",
              DiskAction.KIND,
              "what is done when the disk is full; records wait anyway",
              DiskAction::parse)
          .withDefault(DiskAction.LOG);

  static final PluginOption<Long> MAX_NODES =
      PluginOption.number(
              "max-nodes", 1, 1_000_000, "with %{node}: of how many hosts records are taken")
          .withDefault(10_000L);

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
    return List.of(
        PATH,
        FLUSH,
        FREQ,
        GROUP,
        MAX_SIZE,
        ROTATE,
        KEEP,
        COMPRESS,
        MAX_TOTAL_SIZE,
        SPACE_LEFT,
        SPACE_LEFT_ACTION,
        ADMIN_SPACE_LEFT,
        ADMIN_SPACE_LEFT_ACTION,
        DISK_FULL_ACTION,
        MAX_NODES);
  }

  @Override
  public PluginOption<?> argument() {
    return PATH;
  }

  @Override
  public Transport create(PluginConfig config) {
    try {
      NodePath nodes = NodePath.of(config.get(PATH));
      if (nodes == null) {
        return builder(config, config.get(PATH)).build();
      }
      builder(config, nodes.directory().resolve("check")).build(); // what is wrong is said now
      return new NodeFiles(
          nodes, path -> builder(config, path).build(), config.get(MAX_NODES).intValue());
    } catch (IllegalArgumentException e) {
      throw new PluginConfigException(String.valueOf(e.getMessage()), e);
    }
  }

  private static FileTransportBuilder builder(PluginConfig config, Path path) {
    var builder =
        FileTransport.builder(path)
            .flush(config.get(FLUSH))
            .flushRecords(config.get(FREQ).intValue())
            .keep(config.get(KEEP).intValue())
            .period(config.get(ROTATE))
            .compression(config.get(COMPRESS))
            .spaceLeft(limit(config, SPACE_LEFT), config.get(SPACE_LEFT_ACTION))
            .adminSpaceLeft(limit(config, ADMIN_SPACE_LEFT), config.get(ADMIN_SPACE_LEFT_ACTION))
            .diskFull(config.get(DISK_FULL_ACTION));
    Long maxSize = config.find(MAX_SIZE);
    if (maxSize != null) {
      builder.maxSizeBytes(maxSize);
    }
    Long maxTotal = config.find(MAX_TOTAL_SIZE);
    if (maxTotal != null) {
      builder.maxTotalBytes(maxTotal);
    }
    String group = config.find(GROUP);
    if (group != null) {
      builder.group(group);
    }
    return builder;
  }

  private static SpaceLimit limit(PluginConfig config, PluginOption<SpaceLimit> option) {
    SpaceLimit limit = config.find(option);
    return limit != null ? limit : SpaceLimit.NONE;
  }
}
