// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The engine: kauditd's queues and its thread, for embedding. */
@NullMarked
module io.kauditd.core {
  requires transitive io.kauditd.api;
  requires static org.jspecify;
  requires org.slf4j;

  exports io.kauditd.core;

  uses io.kauditd.spi.AuditQueueProvider;
  uses io.kauditd.spi.ErrorPolicyProvider;
  uses io.kauditd.spi.RecordSourceProvider;
  uses io.kauditd.spi.TransportProvider;
}
