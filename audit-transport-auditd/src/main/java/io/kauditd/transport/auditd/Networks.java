// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses and networks: {@code 192.0.2.7,10.0.0.0/8,2001:db8::/32}. An empty list stands for all.
 */
final class Networks {
  private final List<Network> networks;

  private record Network(InetAddress address, int bits) {
    boolean contains(byte[] other) {
      byte[] own = address.getAddress();
      if (other.length != own.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >>> (bit % Byte.SIZE);
        if (((own[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private Networks(List<Network> networks) {
    this.networks = networks;
  }

  /** Everybody. */
  static Networks all() {
    return new Networks(List.of());
  }

  /**
   * Reads a list with commas between.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static Networks parse(String text) {
    var networks = new ArrayList<Network>();
    for (String each : text.split(",", -1)) {
      networks.add(network(each.strip()));
    }
    return new Networks(List.copyOf(networks));
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no address and no network, such as 192.0.2.7 or 10.0.0.0/8", e);
    }
    int most = address.getAddress().length * Byte.SIZE;
    String bits = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
    if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > most) {
      throw new IllegalArgumentException("'" + text + "' has no number of bits up to " + most);
    }
    return new Network(address, Integer.parseInt(bits));
  }

  boolean contain(InetAddress address) {
    byte[] bytes = address.getAddress();
    return networks.isEmpty() || networks.stream().anyMatch(each -> each.contains(bytes));
  }
}
