// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/**
 * The contracts that a plug-in author's tests run. The hand-moved clock, the scripted transport and
 * the trace replay come with {@code io.kauditd.simulation}, which this module passes on.
 */
@NullMarked
module io.kauditd.testkit {
  requires static org.jspecify;
  requires transitive io.kauditd.simulation;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;

  exports io.kauditd.testkit;

  opens io.kauditd.testkit;

  uses io.kauditd.spi.AuditQueueProvider;
  uses io.kauditd.spi.ErrorPolicyProvider;
  uses io.kauditd.spi.RecordSourceProvider;
  uses io.kauditd.spi.TransportProvider;
}
