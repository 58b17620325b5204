// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import org.jspecify.annotations.Nullable;

/**
 * A scenario is wrong. The message says what is wrong, and where.
 *
 * @since 0.1.0
 */
public final class BadScenarioException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  BadScenarioException(String message) {
    super(message);
  }

  BadScenarioException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
