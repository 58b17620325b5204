// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

/**
 * The exit codes of the command; docs/cli.md lists them. A signal ends it with 128 and its number.
 */
final class ExitCode {
  /** It did what it was asked to do, and every record was delivered. */
  static final int OK = 0;

  /** It worked, and the result is not all good: a record not delivered, a scenario that differs. */
  static final int NOT_ALL = 1;

  /** The command line or the configuration is wrong; nothing was done. */
  static final int USAGE = 2;

  /** Something outside failed: a source that cannot be read, a file that cannot be written. */
  static final int INPUT_OUTPUT = 3;

  /** A record was lost with failure mode panic. */
  static final int PANIC = 4;

  /** A fault of the program itself, or of a plug-in. */
  static final int INTERNAL = 70;

  private ExitCode() {}
}
