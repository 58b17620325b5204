// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SerialWatch;
import io.kauditd.spi.SpiVersion;
import java.time.Duration;
import java.util.List;

/**
 * The source {@code kernel}.
 *
 * @since 0.1.0
 */
public final class KernelSourceProvider implements RecordSourceProvider {
  static final long DEFAULT_RECEIVE_BUFFER = 8L << 20;

  private static final PluginOption<KernelSource.Mode> MODE =
      PluginOption.choice(
              "mode",
              KernelSource.Mode.class,
              "as the audit daemon, as a listener beside one, or as the process is permitted")
          .withDefault(KernelSource.Mode.AUTO);
  private static final PluginOption<Long> RECEIVE_BUFFER =
      PluginOption.sizeBytes(
              "receive-buffer",
              4096,
              1 << 30,
              "the socket's receive buffer; a record of 200 bytes takes 832 of it")
          .withDefault(DEFAULT_RECEIVE_BUFFER);
  private static final PluginOption<Boolean> ENABLE =
      PluginOption.bool(
              "enable", "whether the daemon turns auditing on while it runs, if it is off")
          .withDefault(true);
  private static final PluginOption<Boolean> EOE =
      PluginOption.bool("eoe", "whether EOE records are kept, which auditd does not write")
          .withDefault(false);
  private static final PluginOption<Long> BATCH =
      PluginOption.number("batch", 1, 1024, "records received with one system call")
          .withDefault(64L);
  private static final PluginOption<Duration> WATCH_INTERVAL =
      PluginOption.duration(
              "watch-interval",
              Duration.ofMillis(10),
              Duration.ofHours(1),
              "how often the daemon checks that it is still registered, and what the kernel has"
                  + " lost")
          .withDefault(Duration.ofSeconds(5));

  private static final PluginOption<SerialWatch.Mode> GAPS =
      PluginOption.choice(
              "gaps",
              SerialWatch.Mode.class,
              "whether missing serials are reported; auto: yes, because the kernel sends every"
                  + " one")
          .withDefault(SerialWatch.Mode.AUTO);

  /** For the service loader. */
  public KernelSourceProvider() {}

  @Override
  public String id() {
    return "kernel";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "the audit records of the live kernel, as its audit daemon or beside one";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(MODE, RECEIVE_BUFFER, ENABLE, EOE, BATCH, WATCH_INTERVAL, GAPS);
  }

  @Override
  public PluginOption<?> argument() {
    return MODE;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    return KernelSource.builder()
        .mode(config.get(MODE))
        .receiveBufferBytes(Math.toIntExact(config.get(RECEIVE_BUFFER)))
        .enable(config.get(ENABLE))
        .endOfEvent(config.get(EOE))
        .batchRecords(Math.toIntExact(config.get(BATCH)))
        .watchInterval(config.get(WATCH_INTERVAL))
        .gaps(config.get(GAPS).watches(true))
        .build();
  }
}
