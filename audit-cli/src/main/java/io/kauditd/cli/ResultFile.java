// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that the command writes when it is done: whole or not at all.
 *
 * @param option the option that names it, {@code --summary}
 * @param path the file
 */
record ResultFile(String option, Path path) {
  /**
   * Makes sure at the start that it can be written at the end.
   *
   * @throws UserError if not
   */
  void check() {
    Path directory = directory();
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      throw cannotBeWritten(
          "'"
              + directory
              + (Files.isDirectory(directory)
                  ? "' is not writable"
                  : "' is not a directory; make it first"),
          null);
    }
    if (Files.isDirectory(path)) {
      throw UserError.usage(option + ": '" + path + "' is a directory; name a file in it");
    }
  }

  /**
   * Writes beside the file and moves it there.
   *
   * @throws UserError if that fails
   */
  void write(byte[] content) {
    try {
      // Not a temporary file of the JDK's, which nobody else may read.
      long pid = ProcessHandle.current().pid();
      Path part = directory().resolve("." + path.getFileName() + "." + pid + ".part");
      try {
        Files.write(part, content);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw cannotBeWritten(e.toString(), e);
    }
  }

  private UserError cannotBeWritten(String reason, @Nullable Throwable cause) {
    return new UserError(
        ExitCode.INPUT_OUTPUT, option + ": '" + path + "' cannot be written: " + reason, cause);
  }

  private Path directory() {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }
}
