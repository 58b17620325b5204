// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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
  static final PluginOption<Long> MAX_CLIENTS_PER_USER =
      PluginOption.number(
              "max-clients-per-user",
              0,
              10_000,
              "clients of one user at a time, root and the owner apart; 0 for half of max-clients")
          .withDefault(0L);
  static final PluginOption<Set<String>> USERS =
      PluginOption.custom(
              "users",
              "users by name or number, with commas between",
              "who may send; all others are sent away",
              UnixSourceProvider::parseUsers)
          .withDefault(Set.of());
  static final PluginOption<UnixSource.KernelTypes> KERNEL_TYPES =
      PluginOption.choice(
              "kernel-types",
              UnixSource.KernelTypes.class,
              "who may send types that are the kernel's: root and the owner, all, or none")
          .withDefault(UnixSource.KernelTypes.OWNER);
  static final PluginOption<Duration> IDLE_TIMEOUT =
      PluginOption.duration(
              "idle-timeout", "a client that sends nothing for so long is sent away; 0 for never")
          .withDefault(Duration.ZERO);

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
    return List.of(
        PATH,
        ACCESS,
        MAX_CLIENTS,
        MAX_CLIENTS_PER_USER,
        USERS,
        KERNEL_TYPES,
        IDLE_TIMEOUT,
        SourceOptions.TYPE,
        SourceOptions.FORMAT,
        SourceOptions.GAPS);
  }

  @Override
  public PluginOption<?> argument() {
    return PATH;
  }

  private static Set<String> parseUsers(String text) {
    Set<String> users =
        Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
    if (users.contains("")) {
      throw new IllegalArgumentException("a name is empty");
    }
    return users;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    return UnixSource.builder(config.get(PATH))
        .access(config.get(ACCESS))
        .maxClients(config.get(MAX_CLIENTS).intValue())
        .maxClientsPerUser(config.get(MAX_CLIENTS_PER_USER).intValue())
        .users(config.get(USERS))
        .kernelTypes(config.get(KERNEL_TYPES))
        .idleTimeout(config.get(IDLE_TIMEOUT))
        .rules(SourceOptions.rules(config))
        .build();
  }
}
