// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Sockets for tests. */
final class TestSockets {
  /** Ports between the process ids and the ones that the kernel gives out, apart by process. */
  private static final AtomicLong PORTS =
      new AtomicLong(0x5000_0000L + (ProcessHandle.current().pid() & 0xFFFFF) * 256);

  private TestSockets() {}

  /** Skips the test where no netlink socket can be had, and says why. */
  static void assumeNetlink() {
    try {
      open().close();
    } catch (NetlinkException e) {
      abort("no netlink sockets here: " + e.getMessage());
    }
  }

  static NetlinkSocket open() throws NetlinkException {
    return open(0, NetlinkSocket.SYSTEM_BUFFER);
  }

  static NetlinkSocket open(int groups, int receiveBufferBytes) throws NetlinkException {
    return NetlinkSocket.open(Nl.NETLINK_USERSOCK, 0, groups, receiveBufferBytes);
  }

  /** How many sockets of the protocol have joined the first multicast group. */
  static long listeners(int protocol) throws IOException {
    return Files.readAllLines(Path.of("/proc/net/netlink")).stream()
        .filter(line -> Multicast.listens(line, protocol, 1))
        .count();
  }

  static long freshPort() {
    return PORTS.incrementAndGet();
  }
}
