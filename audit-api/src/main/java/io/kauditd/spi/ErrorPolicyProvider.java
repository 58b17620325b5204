// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/** Makes error policies. */
public interface ErrorPolicyProvider extends PluginProvider {
  /**
   * Makes a policy.
   *
   * @throws PluginConfigException if the options do not fit together
   */
  ErrorPolicy create(PluginConfig config);
}
