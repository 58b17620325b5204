// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the command writes: results to {@code out}; progress, warnings and errors to {@code err}.
 *
 * @param out standard output
 * @param err standard error
 * @param progress whether a person watches standard error, who wants to see progress
 */
record Screen(PrintStream out, PrintStream err, boolean progress) {
  /** The process's own streams. */
  static Screen ofProcess() {
    return new Screen(System.out, System.err, errIsTerminal());
  }

  /** {@link System#console} speaks of standard input and output only; Linux tells of the third. */
  private static boolean errIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // not Linux: better none than control characters in a file
    }
  }
}
