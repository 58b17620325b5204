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
 * Provides the source {@code unix}.
 *
 * @since 0.1.0
 */
public final class UnixSourceProvider implements RecordSourceProvider {
  static final PluginOption<Path> PATH =
      PluginOption.path("path", "where the socket is made").asRequired();
  static final PluginOption<UnixSource.Access> ACCESS =
      PluginOption.choice(
              "access", UnixSource.Access.class, "who may connect: its owner, group, or everyone")
          .withDefault(UnixSource.Access.OWNER);
  static final PluginOption<Long> MAX_CLIENTS =
      PluginOption.number("max-clients", 1, 10_000, "clients served at a time; more have to wait")
          .withDefault(256L);

  /** For {@link java.util.ServiceLoader}. */
  public UnixSourceProvider() {}

  @Override
  public String id() {
    return "unix";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "lines that clients send to a Unix stream socket, one record each";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(PATH, ACCESS, MAX_CLIENTS, SourceOptions.TYPE);
  }

  @Override
  public PluginOption<?> argument() {
    return PATH;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    return new UnixSource(
        config.get(PATH),
        config.get(ACCESS),
        config.get(MAX_CLIENTS).intValue(),
        config.get(SourceOptions.TYPE));
  }
}
