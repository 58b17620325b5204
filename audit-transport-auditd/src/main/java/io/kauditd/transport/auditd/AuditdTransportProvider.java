// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import io.kauditd.wire.Acknowledged;
import io.kauditd.wire.Connector;
import io.kauditd.wire.Server;
import io.kauditd.wire.StreamTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Provides the transport {@code auditd}: another audit daemon, which acknowledges each record.
 *
 * @since 0.1.0
 */
public final class AuditdTransportProvider implements TransportProvider {
  static final PluginOption<String> SERVER =
      PluginOption.string("server", "the audit daemon, as host:port").asRequired();
  static final PluginOption<String> NODE =
      PluginOption.string(
          "node", "stands as node= before a line that has none; the host's name if not set");
  static final PluginOption<Duration> HEARTBEAT =
      PluginOption.duration(
              "heartbeat",
              Duration.ZERO,
              Duration.ofDays(1),
              "after how long without a record the daemon is asked for a sign of life; 0 for never")
          .withDefault(Duration.ofSeconds(30));

  /** For {@link java.util.ServiceLoader}. */
  public AuditdTransportProvider() {}

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
    return "sends to an audit daemon on another host, as audisp-remote does; acknowledged";
  }

  @Override
  public List<PluginOption<?>> options() {
    var all = new ArrayList<PluginOption<?>>(List.of(SERVER, NODE));
    all.addAll(Acknowledged.OPTIONS);
    all.add(HEARTBEAT);
    return List.copyOf(all);
  }

  @Override
  public PluginOption<?> argument() {
    return SERVER;
  }

  @Override
  public Transport create(PluginConfig config) {
    String node = config.find(NODE);
    if (node != null && !Nodes.isName(node)) {
      throw new PluginConfigException(
          "node '" + node + "' is not a name of 1 to 255 letters, digits, dots, colons, - and _");
    }
    return new StreamTransport(
        "audit daemon",
        new Connector(Server.parse(config.get(SERVER), "60"), null),
        new AuditdFraming(),
        new AuditdFormat(node),
        Acknowledged.limits(config).withHeartbeat(config.get(HEARTBEAT)));
  }
}
