// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check says what the attempt says. */
class NewNameTest {
  @TempDir Path directory;

  @Test
  void whatCannotBeMadeIsRefusedWithTheSameException() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("gone"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
    for (Path path :
        List.of(
            directory.resolve("new"),
            file.resolve("new"),
            file.resolve("gone/new"),
            closed.resolve("new"), // which root may make
            link.resolve("new"),
            directory.resolve("gone/new"),
            directory.resolve("long".repeat(100)))) {
      FileSystemException checked = failure(() -> NewName.check(path));
      FileSystemException made = failure(() -> Files.createDirectory(path));

      assertThat(said(checked)).as("%s", path).isEqualTo(said(made));
      assertThat(Files.isDirectory(path)).as("%s", path).isEqualTo(made == null);
    }
    NewName.check(file);
    NewName.check(link);
  }

  private static String said(@Nullable FileSystemException failure) {
    return failure == null
        ? "nothing"
        : failure.getClass() + " " + failure.getFile() + " " + failure.getReason();
  }

  private static @Nullable FileSystemException failure(Attempt attempt) throws IOException {
    try {
      attempt.make();
      return null;
    } catch (FileSystemException e) {
      return Objects.requireNonNull(e);
    }
  }

  private interface Attempt {
    void make() throws IOException;
  }
}
