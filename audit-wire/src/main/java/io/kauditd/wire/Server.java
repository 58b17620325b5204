// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import io.kauditd.spi.PluginConfigException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address of a server. */
public record Server(String host, int port) {
  private static final Pattern PLACE =
      Pattern.compile("(?:\\[([^]\\s]+)]|([^:\\[\\]\\s]+)):([0-9]{1,5})");

  /**
   * Reads {@code loghost:601} or {@code [::1]:601}.
   *
   * @throws PluginConfigException if it is neither
   */
  public static Server parse(String text, String example) {
    Matcher parts = PLACE.matcher(text.strip());
    int port = parts.matches() ? Integer.parseInt(parts.group(3)) : 0;
    if (port < 1 || port > 65_535) {
      throw new PluginConfigException(
          "server '"
              + text
              + "' is not a host and a port; write loghost:"
              + example
              + " or [::1]:"
              + example);
    }
    return new Server(parts.group(1) != null ? parts.group(1) : parts.group(2), port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
