// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The brokers that a client is told of: {@code HOST:PORT}, separated by commas. */
final class Bootstrap {
  private static final Duration REACH_TIMEOUT = Duration.ofMillis(500);
  private static final int HIGHEST_PORT = 65_535;

  private Bootstrap() {}

  /**
   * Checks a list of {@code HOST:PORT}, without looking anything up.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  static String checked(String servers) {
    for (String each : servers.split(",", -1)) {
      String server = each.strip();
      int colon = server.lastIndexOf(':');
      String port = server.substring(colon + 1);
      if (colon < 1 || !port.matches("[0-9]{1,5}") || !isPort(Integer.parseInt(port))) {
        throw new IllegalArgumentException(
            "'" + server + "' is no HOST:PORT; several are separated by commas");
      }
    }
    return servers;
  }

  private static boolean isPort(int port) {
    return port > 0 && port <= HIGHEST_PORT;
  }

  /** Why none of the brokers takes a connection; null if one does. <b>Blocking</b>. */
  static @Nullable String whyNoneIsReached(String servers) {
    String failures = "";
    for (String server : servers.split(",", -1)) {
      String why = whyNotReached(server.strip());
      if (why == null) {
        return null;
      }
      failures += (failures.isEmpty() ? "" : "; ") + why;
    }
    return failures;
  }

  /**
   * Why one broker takes no connection; null if it does. Looks the name up, and tries each of its
   * addresses, as Kafka's client does. <b>Blocking</b>.
   */
  static @Nullable String whyNotReached(String server) {
    int colon = server.lastIndexOf(':');
    String host = server.substring(0, colon);
    int port = Integer.parseInt(server.substring(colon + 1));
    String failure = "";
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        try (var socket = new Socket()) {
          socket.connect(new InetSocketAddress(address, port), (int) REACH_TIMEOUT.toMillis());
          return null;
        } catch (IOException e) {
          failure = server + ": " + KafkaFailure.words(e);
        }
      }
    } catch (UnknownHostException e) {
      return "there is no host " + host;
    }
    return failure;
  }
}
