// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The engine: kauditd's queues and its thread, for embedding. */
@NullMarked
module io.kauditd.core {
  requires transitive io.kauditd.api;
  // Not static: without the events' superclass the engine's own classes could not be loaded.
  requires jdk.jfr;
  requires static org.jspecify;
  requires org.slf4j;

  exports io.kauditd.core;
  exports io.kauditd.core.logging;

  uses io.kauditd.spi.AuditQueueProvider;
  uses io.kauditd.spi.ErrorPolicyProvider;
  uses io.kauditd.spi.RecordSourceProvider;
  uses io.kauditd.spi.TransportProvider;

  provides io.kauditd.spi.AuditQueueProvider with
      io.kauditd.core.BuiltIns.Memory;
  provides io.kauditd.spi.TransportProvider with
      io.kauditd.core.BuiltIns.MemoryTransports,
      io.kauditd.core.BuiltIns.NullTransports;
  provides io.kauditd.spi.ErrorPolicyProvider with
      io.kauditd.core.BuiltIns.Mainline,
      io.kauditd.core.BuiltIns.Rfc,
      io.kauditd.core.BuiltIns.Before,
      io.kauditd.core.BuiltIns.Ordered;
}
