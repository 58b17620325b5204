// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a run serves its metrics.
 *
 * @param host a name or an address, IPv6 without brackets
 * @param port 0 for any that is free
 * @param where the option or the key that it came from, for messages
 */
public record MetricsAddress(String host, int port, String where) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MAX_PORT = 65_535;
  private static final Pattern FORM =
      Pattern.compile("(?:(?<host>[^\\s:\\[\\]]+|\\[[0-9A-Fa-f:.]+]):)?(?<port>[0-9]{1,5})");

  /**
   * Reads {@code PORT} or {@code HOST:PORT}.
   *
   * @throws UserError for anything else
   */
  public static MetricsAddress parse(UserValue given) {
    Matcher form = FORM.matcher(given.text().strip());
    if (form.matches()) {
      int port = Integer.parseInt(form.group("port"));
      if (port <= MAX_PORT) {
        String host = form.group("host");
        return new MetricsAddress(
            host == null ? LOOPBACK : host.replaceAll("[\\[\\]]", ""), port, given.where());
      }
    }
    throw given.notValid(
        "a port between 0 and 65535, such as 9464, on the loopback address, or HOST:PORT");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
