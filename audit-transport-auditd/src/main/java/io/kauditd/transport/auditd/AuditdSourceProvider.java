// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import io.kauditd.wire.Server;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Provides the source {@code auditd}: hosts that send with {@code audisp-remote}.
 *
 * @since 0.1.0
 */
public final class AuditdSourceProvider implements RecordSourceProvider {
  /** When a record is acknowledged. */
  enum Acknowledge {
    /** When it was delivered, or lies in a queue that survives the program. */
    SETTLED,
    /** When it lies in a queue. */
    ACCEPTED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final PluginOption<String> LISTEN =
      PluginOption.string("listen", "where to listen, as address:port").asRequired();
  static final PluginOption<Networks> ALLOW =
      PluginOption.custom(
          "allow",
          "addresses and networks, with commas between",
          "who may send: 192.0.2.7,10.0.0.0/8; everybody if not set",
          Networks::parse);
  static final PluginOption<Long> MAX_CLIENTS =
      PluginOption.number("max-clients", 1, 10_000, "hosts served at a time; more have to wait")
          .withDefault(1_024L);
  static final PluginOption<Duration> IDLE_TIMEOUT =
      PluginOption.duration(
              "idle-timeout", "a host that says nothing for so long is sent away; 0 for never")
          .withDefault(Duration.ZERO);
  static final PluginOption<Acknowledge> ACKNOWLEDGE =
      PluginOption.choice(
              "acknowledge",
              Acknowledge.class,
              "when a record is acknowledged: delivered or kept on disk, or in a queue")
          .withDefault(Acknowledge.SETTLED);
  static final PluginOption<Boolean> ADD_NODE =
      PluginOption.bool("add-node", "puts node= and the host's address before a line without node=")
          .withDefault(true);

  /** For {@link java.util.ServiceLoader}. */
  public AuditdSourceProvider() {}

  @Override
  public String id() {
    return "auditd";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "hosts that send with audisp-remote; acknowledged when delivered";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(LISTEN, ALLOW, MAX_CLIENTS, IDLE_TIMEOUT, ACKNOWLEDGE, ADD_NODE);
  }

  @Override
  public PluginOption<?> argument() {
    return LISTEN;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    Networks allowed = config.find(ALLOW);
    return new AuditdSource(
        Server.parse(config.get(LISTEN), "60"),
        new AuditdSource.Limits(
            allowed == null ? Networks.all() : allowed,
            config.get(MAX_CLIENTS).intValue(),
            config.get(IDLE_TIMEOUT)),
        config.get(ACKNOWLEDGE) == Acknowledge.SETTLED,
        config.get(ADD_NODE));
  }
}
