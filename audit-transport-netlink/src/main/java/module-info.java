// SPDX-License-Identifier: Apache-2.0
import io.kauditd.transport.netlink.KernelSourceProvider;
import io.kauditd.transport.netlink.NetlinkTransportProvider;
import io.kauditd.transport.netlink.PeerSourceProvider;

/** The kernel's audit socket as a source and a transport, and the same between two processes. */
@org.jspecify.annotations.NullMarked
module io.kauditd.transport.netlink {
  requires static org.jspecify;
  requires transitive io.kauditd.api;
  requires org.slf4j;

  exports io.kauditd.transport.netlink;

  provides io.kauditd.spi.RecordSourceProvider with
      KernelSourceProvider,
      PeerSourceProvider;
  provides io.kauditd.spi.TransportProvider with
      NetlinkTransportProvider;
}
