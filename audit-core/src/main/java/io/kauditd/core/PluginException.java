// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import org.jspecify.annotations.Nullable;

/**
 * A plug-in that was asked for cannot be had: there is none of that id, or more than one, or it
 * does not fit, or its options are wrong, or it failed as it was made. The message names the
 * plug-in, the reason and the way out, and can be shown to a user as it is.
 *
 * @since 0.1.0
 */
public final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PluginException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
