// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The remote protocol of the audit daemon: a transport to another one, and a source of hosts. */
@NullMarked
module io.kauditd.transport.auditd {
  requires static org.jspecify;
  requires transitive io.kauditd.api;
  requires io.kauditd.wire;

  exports io.kauditd.transport.auditd;

  provides io.kauditd.spi.TransportProvider with
      io.kauditd.transport.auditd.AuditdTransportProvider;
  provides io.kauditd.spi.RecordSourceProvider with
      io.kauditd.transport.auditd.AuditdSourceProvider;
}
