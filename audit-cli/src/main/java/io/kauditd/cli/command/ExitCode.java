// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

/**
 * The exit codes of the command; docs/reference/cli.md lists them. A signal ends it with 128 and
 * its number.
 */
public final class ExitCode {
  /** It did what it was asked to do, and every record was delivered. */
  public static final int OK = 0;

  /**
   * It worked, but something is not as it should be: a record was not delivered, a scenario
   * differs.
   */
  public static final int NOT_ALL = 1;

  /** The command line or the configuration is wrong; nothing was done. */
  public static final int USAGE = 2;

  /** Something outside failed: a source that cannot be read, a file that cannot be written. */
  public static final int INPUT_OUTPUT = 3;

  /** A record was lost with failure mode panic. */
  public static final int PANIC = 4;

  /** A fault of the program itself, or of a plug-in. */
  public static final int INTERNAL = 70;

  private ExitCode() {}
}
