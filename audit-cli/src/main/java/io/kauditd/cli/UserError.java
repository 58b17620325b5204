// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import org.jspecify.annotations.Nullable;

/** Ends the command with one sentence for the user, and an exit code. */
final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  UserError(int exitCode, String message) {
    this(exitCode, message, null);
  }

  UserError(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The command line or the configuration is wrong. */
  static UserError usage(String message) {
    return new UserError(ExitCode.USAGE, message);
  }

  int exitCode() {
    return exitCode;
  }
}
