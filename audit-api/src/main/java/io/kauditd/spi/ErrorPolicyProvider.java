// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * Makes error policies.
 *
 * @since 0.1.0
 */
public interface ErrorPolicyProvider extends PluginProvider {
  /**
   * Makes a policy.
   *
   * @throws PluginConfigException if the options do not fit together
   */
  ErrorPolicy create(PluginConfig config);
}
