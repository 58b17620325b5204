// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * Makes record sources.
 *
 * @since 0.1.0
 */
public interface RecordSourceProvider extends PluginProvider {
  /**
   * Makes a source; no I/O happens before {@link RecordSource#run}.
   *
   * @throws PluginConfigException if the options do not fit together
   */
  RecordSource create(PluginConfig config);
}
