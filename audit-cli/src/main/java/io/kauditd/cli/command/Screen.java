// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import io.kauditd.files.FileStatus;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Path;

/**
 * Where the command writes: results to {@code out}; progress, warnings and errors to {@code err}.
 *
 * @param out standard output, for text
 * @param err standard error
 * @param data standard output for bytes that another program reads unchanged; the same as {@code
 *     out} if a person reads them
 * @param terminal standard error for code that draws, whose text is already {@link Harmless}
 * @param progress whether a person watches standard error, so that progress is shown
 * @param interactive whether a person watches standard output
 */
public record Screen(
    PrintStream out,
    PrintStream err,
    PrintStream data,
    PrintStream terminal,
    boolean progress,
    boolean interactive) {

  public Screen(PrintStream out, PrintStream err, boolean progress, boolean interactive) {
    this(out, err, out, err, progress, interactive);
  }

  /** The process's own streams; {@link System#err} becomes harmless as well. */
  public static Screen ofProcess() {
    boolean interactive = isTerminal(1);
    Charset charset = System.out.charset();
    OutputStream descriptor =
        StandardStreams.isClosed(1)
            ? new FileOutputStream(new FileDescriptor()) // which refuses whatever is written
            : new FileOutputStream(FileDescriptor.out);
    var out = new ResultStream(new HarmlessStream(descriptor, charset), charset);
    PrintStream data = interactive ? out : new ResultStream(descriptor, charset);
    PrintStream terminal = System.err;
    Charset errors = terminal.charset();
    PrintStream err = new PrintStream(new HarmlessStream(terminal, errors), true, errors);
    System.setErr(err);
    return new Screen(out, err, data, terminal, isTerminal(2), interactive);
  }

  /** {@link System#console} speaks of standard input and output only; Linux tells of each. */
  private static boolean isTerminal(int descriptor) {
    return FileStatus.isTerminal(Path.of("/proc/self/fd/" + descriptor));
  }
}
