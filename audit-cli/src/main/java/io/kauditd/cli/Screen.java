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
 * @param interactive whether a person watches standard output
 */
record Screen(PrintStream out, PrintStream err, boolean progress, boolean interactive) {
  /** The process's own streams. */
  static Screen ofProcess() {
    return new Screen(System.out, System.err, isTerminal(2), isTerminal(1));
  }

  /** {@link System#console} speaks of standard input and output only; Linux tells of each. */
  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // not Linux: better none than control characters in a file
    }
  }
}
