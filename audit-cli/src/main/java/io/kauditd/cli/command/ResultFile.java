// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import io.kauditd.files.OutputFile;
import io.kauditd.spi.Reasons;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A file that the user named for results. It is written as a whole or not at all. If it is a
 * device, a pipe or a link, it is written through.
 *
 * @param option the option that names it, {@code --summary}
 * @param path the file
 */
public record ResultFile(String option, Path path) {
  private OutputFile file() {
    return new OutputFile(
        path, new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
  }

  /**
   * Checks at the start that it can be written at the end.
   *
   * @throws UserError if not
   */
  public void check() {
    try {
      file().check();
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  /**
   * Writes all of it.
   *
   * @throws UserError if that fails
   */
  public void write(byte[] content) {
    try {
      file().write(content);
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  /**
   * Opens it for appending. If it is created, only its owner can read it.
   *
   * @throws UserError if that fails
   */
  public OutputStream append() {
    try {
      return file().append();
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  private UserError cannotBeWritten(IOException e) {
    return new UserError(
        ExitCode.INPUT_OUTPUT, option + ": '" + path + "' cannot be written: " + reason(e), e);
  }

  private static String reason(IOException e) {
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "permission denied";
    }
    return Reasons.of(e);
  }
}
