// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * A plug-in's configuration is wrong. The message names the option and the value, and says what to
 * do.
 *
 * @since 0.1.0
 */
public class PluginConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message that a user can act on. */
  public PluginConfigException(String message) {
    super(message);
  }

  /** With a message that a user can act on, and the cause. */
  public PluginConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
