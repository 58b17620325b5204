// SPDX-License-Identifier: Apache-2.0
package org.example.http;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;

/** What ServiceLoader finds: makes the transport that was picked as {@code http:URL}. */
public final class HttpTransportProvider implements TransportProvider {
  private static final PluginOption<String> URL =
      PluginOption.string("url", "where the collector takes lines, http:// or https://")
          .asRequired();
  private static final PluginOption<String> TOKEN =
      PluginOption.string("token", "what is sent as Authorization: Bearer").withDefault("");
  private static final PluginOption<Duration> SEND_TIMEOUT =
      PluginOption.duration(
              "send-timeout",
              Duration.ofMillis(10),
              Duration.ofMinutes(1),
              "how long an answer is waited for until records wait")
          .withDefault(Duration.ofSeconds(1));

  /** For ServiceLoader. */
  public HttpTransportProvider() {}

  @Override
  public String id() {
    return "http";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "Posts audit lines to a collector over HTTP, acknowledged by the status code";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(URL, TOKEN, SEND_TIMEOUT);
  }

  @Override
  public PluginOption<?> argument() {
    return URL;
  }

  @Override
  public Transport create(PluginConfig config) {
    String token = config.get(TOKEN);
    if (!token.matches("[!-~]*")) {
      throw new PluginConfigException("token holds something that no header may hold");
    }
    return new HttpTransport(url(config.get(URL)), token, config.get(SEND_TIMEOUT));
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (http && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // as below
    }
    throw new PluginConfigException(
        "url '" + text + "' is not a URL such as https://collector.example/audit");
  }
}
