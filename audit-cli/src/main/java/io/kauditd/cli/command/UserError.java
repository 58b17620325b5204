// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import org.jspecify.annotations.Nullable;

/** Ends the command with one sentence for the user, and an exit code. */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public UserError(int exitCode, String message) {
    this(exitCode, message, null);
  }

  public UserError(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The command line or the configuration is wrong. */
  public static UserError usage(String message) {
    return new UserError(ExitCode.USAGE, message);
  }

  public int exitCode() {
    return exitCode;
  }
}
