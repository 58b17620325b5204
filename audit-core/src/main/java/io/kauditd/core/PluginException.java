// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import org.jspecify.annotations.Nullable;

/**
 * A plug-in is not available: there is none with that id, or more than one, it does not fit, its
 * options are wrong, or it could not be created. The message names the plug-in and the reason, says
 * what to do, and is fit for a user.
 *
 * @since 0.1.0
 */
public final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PluginException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
