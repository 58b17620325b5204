// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.fixtures.plugin.Configured;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;

/** The plug-ins under test, as a user's settings make them. */
final class TestPlugins {
  private TestPlugins() {}

  static Transport transport(String server, String... settings) {
    return Configured.transport(new AuditdTransportProvider(), server, settings);
  }

  static RecordSource source(String listen, String... settings) {
    return Configured.source(new AuditdSourceProvider(), listen, settings);
  }
}
