// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects to a server: asks for its addresses, tries each, and shakes hands if TLS is wanted. */
public final class Connector {
  private static final long VERDICT_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Server server;
  private final @Nullable Tls tls;
  private final HostLookup lookup;

  /**
   * @param tls null for none
   */
  public Connector(Server server, @Nullable Tls tls) {
    this.server = server;
    this.tls = tls;
    this.lookup = new HostLookup(server.host());
  }

  Server server() {
    return server;
  }

  /** Throws what {@link #connect} would throw because of files on this host. */
  void check() throws IOException {
    if (tls != null) {
      tls.load();
    }
  }

  /**
   * A new connection.
   *
   * @throws IOException with one sentence for a person
   */
  Wire connect(long endNs) throws IOException {
    Tls.Context context = tls == null ? null : tls.load(); // first: a file may be missing
    Wire wire = connectAny(lookup.addresses(endNs), endNs);
    if (context == null) {
      return wire;
    }
    try {
      return TlsWire.handshake(
          wire, context.engine(server), endNs, Math.min(endNs, System.nanoTime() + VERDICT_NS));
    } catch (IOException | RuntimeException e) {
      wire.close();
      throw e;
    }
  }

  /** A host may have an address that leads nowhere: each has its share of the time. */
  private Wire connectAny(List<InetAddress> addresses, long endNs) throws IOException {
    IOException last = null;
    for (int i = 0; i < addresses.size(); i++) {
      long nowNs = System.nanoTime();
      long shareNs = (endNs - nowNs) / (addresses.size() - i);
      try {
        return PlainWire.connect(
            new InetSocketAddress(addresses.get(i), server.port()), nowNs + shareNs);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last != null ? last : new ConnectException("the host has no address");
  }
}
