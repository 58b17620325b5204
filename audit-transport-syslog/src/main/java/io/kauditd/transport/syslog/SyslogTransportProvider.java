// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import io.kauditd.wire.StreamTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Provides the transport {@code syslog}: RFC 5424 over TCP or TLS, without acknowledgements.
 *
 * @since 0.1.0
 */
public final class SyslogTransportProvider implements TransportProvider {
  private static final int WINDOW = 1_024;

  static final PluginOption<Duration> SEND_TIMEOUT =
      PluginOption.duration(
              "send-timeout",
              Duration.ofMillis(1),
              Duration.ofMinutes(1),
              "how long a server may take nothing until records wait")
          .withDefault(Duration.ofMillis(100));

  /** For {@link java.util.ServiceLoader}. */
  public SyslogTransportProvider() {}

  @Override
  public String id() {
    return "syslog";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "sends to a syslog server over TCP or TLS, which acknowledges nothing";
  }

  @Override
  public List<PluginOption<?>> options() {
    var all = new ArrayList<PluginOption<?>>(Options.COMMON);
    all.add(SEND_TIMEOUT);
    return List.copyOf(all);
  }

  @Override
  public PluginOption<?> argument() {
    return Options.SERVER;
  }

  @Override
  public Transport create(PluginConfig config) {
    return new StreamTransport(
        "syslog server",
        Options.connector(config, "601"),
        new OctetCounting(),
        Options.format(config),
        new StreamTransport.Limits(WINDOW, config.get(SEND_TIMEOUT), Duration.ZERO));
  }
}
