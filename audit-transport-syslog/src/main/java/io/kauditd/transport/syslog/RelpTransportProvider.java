// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import io.kauditd.wire.Acknowledged;
import io.kauditd.wire.StreamTransport;
import java.util.ArrayList;
import java.util.List;

/**
 * Provides the transport {@code relp}: RFC 5424 over RELP, which acknowledges each record.
 *
 * @since 0.1.0
 */
public final class RelpTransportProvider implements TransportProvider {
  /** For {@link java.util.ServiceLoader}. */
  public RelpTransportProvider() {}

  @Override
  public String id() {
    return "relp";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "sends to a syslog server over RELP, plain or in TLS, which acknowledges each record";
  }

  @Override
  public List<PluginOption<?>> options() {
    var all = new ArrayList<PluginOption<?>>(Options.COMMON);
    all.addAll(Acknowledged.OPTIONS);
    return List.copyOf(all);
  }

  @Override
  public PluginOption<?> argument() {
    return Options.SERVER;
  }

  @Override
  public Transport create(PluginConfig config) {
    return new StreamTransport(
        "RELP server",
        Options.connector(config, "2514"),
        new Relp(),
        Options.format(config),
        Acknowledged.limits(config));
  }
}
