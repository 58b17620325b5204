// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.UserError;
import io.kauditd.transport.netlink.NetlinkTransportProvider;
import java.util.Map;

/**
 * Refuses a run whose transport sends to its own source: to the kernel, whose audit returns each
 * message that it gets, or to the run's own port.
 */
final class NetlinkLoop {
  private static final String NETLINK = "netlink";
  private static final String MODE = "mode";
  private static final String PORT = "port";

  private NetlinkLoop() {}

  /** Throws a {@link UserError} if what is sent would be received again. */
  static void refuse(SelectedPlugin source, SelectedPlugin transport) {
    if (!transport.choice().id().equals(NETLINK)) {
      return;
    }
    String mode = transport.values().getOrDefault(MODE, "");
    boolean kernel = source.choice().id().equals("kernel") && mode.equalsIgnoreCase("kernel");
    boolean peer =
        source.choice().id().equals(NETLINK)
            && mode.equalsIgnoreCase("peer")
            && port(source.values()).equals(port(transport.values()));
    if (kernel || peer) {
      throw UserError.usage(
          "source '"
              + source.choice()
              + "' would receive what transport '"
              + transport.choice()
              + "' sends, without an end; choose another "
              + (kernel ? "transport" : "port for one of them"));
    }
  }

  private static String port(Map<String, String> values) {
    return values.getOrDefault(PORT, Long.toString(NetlinkTransportProvider.DEFAULT_PORT)).strip();
  }
}
