// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The transports {@code syslog} and {@code relp}: syslog servers over TCP, TLS and RELP. */
@NullMarked
module io.kauditd.transport.syslog {
  requires static org.jspecify;
  requires transitive io.kauditd.api;
  requires io.kauditd.wire;

  exports io.kauditd.transport.syslog;

  provides io.kauditd.spi.TransportProvider with
      io.kauditd.transport.syslog.SyslogTransportProvider,
      io.kauditd.transport.syslog.RelpTransportProvider;
}
