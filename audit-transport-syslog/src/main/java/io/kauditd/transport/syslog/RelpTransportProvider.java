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
 * Provides the transport {@code relp}: RFC 5424 over RELP, which acknowledges each record.
 *
 * @since 0.1.0
 */
public final class RelpTransportProvider implements TransportProvider {
  static final PluginOption<Duration> SEND_TIMEOUT =
      PluginOption.duration(
              "send-timeout",
              Duration.ofMillis(1),
              Duration.ofMinutes(1),
              "how long acknowledgements are waited for until records wait")
          .withDefault(Duration.ofMillis(500));
  static final PluginOption<Duration> ACK_TIMEOUT =
      PluginOption.duration(
              "ack-timeout",
              Duration.ofSeconds(1),
              Duration.ofHours(1),
              "after how long without any acknowledgement the connection is given up")
          .withDefault(Duration.ofSeconds(30));
  static final PluginOption<Long> WINDOW =
      PluginOption.number(
              "window", 1, 1_024, "how many records may be sent and not acknowledged yet")
          .withDefault(128L);

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
    all.addAll(List.of(SEND_TIMEOUT, ACK_TIMEOUT, WINDOW));
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
        new StreamTransport.Limits(
            config.get(WINDOW).intValue(), config.get(SEND_TIMEOUT), config.get(ACK_TIMEOUT)));
  }
}
