// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.fixtures.plugin.Configured;
import io.kauditd.spi.Transport;

/** The plug-ins under test, as a user's settings make them. */
final class TestPlugins {
  private TestPlugins() {}

  static Transport syslog(String server, String... settings) {
    return Configured.transport(new SyslogTransportProvider(), server, settings);
  }

  static Transport relp(String server, String... settings) {
    return Configured.transport(new RelpTransportProvider(), server, settings);
  }
}
