// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * Makes transports.
 *
 * @since 0.1.0
 */
public interface TransportProvider extends PluginProvider {
  /**
   * Makes a transport; no I/O happens before {@link Transport#open}.
   *
   * @throws PluginConfigException if the options do not fit together
   */
  Transport create(PluginConfig config);
}
