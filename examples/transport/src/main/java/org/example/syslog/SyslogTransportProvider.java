// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import com.cloudbees.syslog.Facility;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ServiceLoader finds: makes the transport that was picked as {@code loghost:HOST:PORT}. */
public final class SyslogTransportProvider implements TransportProvider {
  private static final Pattern SERVER = Pattern.compile("(\\[[^]]+]|[^:\\[\\]]+):([0-9]{1,5})");

  private static final PluginOption<String> SERVER_OPTION =
      PluginOption.string("server", "the server, as host:port").asRequired();
  private static final PluginOption<Facility> FACILITY =
      PluginOption.choice("facility", Facility.class, "the facility that records are sent under")
          .withDefault(Facility.AUTHPRIV);
  private static final PluginOption<String> APP_NAME =
      PluginOption.string("app-name", "the APP-NAME of the messages").withDefault("kauditd");
  private static final PluginOption<Duration> SEND_TIMEOUT =
      PluginOption.duration("send-timeout", "how long a server may take nothing until it is EAGAIN")
          .withDefault(Duration.ofMillis(100));

  /** For ServiceLoader. */
  public SyslogTransportProvider() {}

  @Override
  public String id() {
    return "loghost";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "Sends records to a syslog server over TCP, as RFC 5424 has it";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(SERVER_OPTION, FACILITY, APP_NAME, SEND_TIMEOUT);
  }

  @Override
  public PluginOption<?> argument() {
    return SERVER_OPTION;
  }

  @Override
  public Transport create(PluginConfig config) {
    String server = config.get(SERVER_OPTION);
    Matcher parts = SERVER.matcher(server);
    int port = parts.matches() ? Integer.parseInt(parts.group(2)) : 0;
    if (port < 1 || port > 65_535) {
      throw new PluginConfigException(
          "server '" + server + "' is not host:port, such as loghost:601 or [::1]:601");
    }
    String appName = config.get(APP_NAME);
    if (!appName.matches("[!-~]{1,48}")) {
      throw new PluginConfigException(
          "app-name '" + appName + "' is not 1 to 48 printable ASCII characters without a space");
    }
    return new SyslogTransport(
        parts.group(1), port, config.get(FACILITY), appName, config.get(SEND_TIMEOUT));
  }
}
