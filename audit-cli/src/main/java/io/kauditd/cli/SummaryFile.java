// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The file that {@code --summary} names: written whole or not at all. */
final class SummaryFile {
  private SummaryFile() {}

  /**
   * Makes sure at the start that the summary can be written at the end.
   *
   * @throws UserError if not
   */
  static void check(Path file) {
    Path directory = directoryOf(file);
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT,
          "--summary: '"
              + file
              + "' cannot be written: '"
              + directory
              + (Files.isDirectory(directory)
                  ? "' is not writable"
                  : "' is not a directory; make it first"));
    }
    if (Files.isDirectory(file)) {
      throw UserError.usage("--summary: '" + file + "' is a directory; name a file in it");
    }
  }

  /**
   * Writes the summary beside the file and moves it there.
   *
   * @throws UserError if that fails
   */
  static void write(Path file, String json) {
    try {
      Path part = Files.createTempFile(directoryOf(file), "." + file.getFileName(), ".part");
      try {
        Files.writeString(part, json + "\n", StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UserError(
          ExitCode.INPUT_OUTPUT, "--summary: '" + file + "' cannot be written: " + e, e);
    }
  }

  private static Path directoryOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
