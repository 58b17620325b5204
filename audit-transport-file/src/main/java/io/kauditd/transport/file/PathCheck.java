// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether a path is one where nobody else can put something in the log's place, and what stands
 * there is something a log can be. A failed check is an {@link UnfitFileException}.
 */
final class PathCheck {
  private static final Path SELF = Path.of("/proc/self");

  private PathCheck() {}

  /**
   * Checks the file and every directory on the way to it.
   *
   * @return the status of the file, null if it is not there yet
   */
  static @Nullable FileStatus check(Path path) throws IOException {
    FileStatus directory = checkDirectories(path);
    FileStatus file = FileStatus.ofIfThere(path);
    if (file != null) {
      checkKind(path, file);
      if (directory.isWritableForAll() && file.isRegular()) {
        checkOwner(path, file);
      }
    }
    return file;
  }

  private static FileStatus checkDirectories(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new UnfitFileException(path + " is a directory; choose a file");
    }
    Path real;
    try {
      real = parent.toRealPath(); // links among the directories are fine: what they lead to counts
    } catch (NoSuchFileException e) {
      throw new UnfitFileException("the directory " + parent + " does not exist; create it", e);
    }
    for (Path part = real.getRoot(); ; part = part.resolve(real.getName(part.getNameCount()))) {
      FileStatus status = FileStatus.of(part);
      if (!status.isDirectory()) {
        throw new UnfitFileException(part + " is not a directory");
      }
      if (status.isWritableForAll() && !status.isSticky()) {
        throw new UnfitFileException(
            "the directory "
                + part
                + " is writable for everyone, so that everyone could put another file in the log's"
                + " place; take that permission away (chmod o-w) or choose another directory");
      }
      if (part.getNameCount() == real.getNameCount()) {
        return status;
      }
    }
  }

  private static void checkKind(Path path, FileStatus file) throws UnfitFileException {
    if (file.isSymbolicLink()) {
      throw new UnfitFileException(
          path + " is a symbolic link, which is not followed; name the file itself");
    }
    if (file.isDirectory()) {
      throw new UnfitFileException(path + " is a directory; choose a file");
    }
    if (!file.isRegular() && !file.isCharacterDevice()) {
      throw new UnfitFileException(path + " is neither a file nor a character device");
    }
  }

  /** Where everyone may make files, one that somebody else has prepared is not taken. */
  private static void checkOwner(Path path, FileStatus file) throws IOException {
    if (!isOwn(file)) {
      throw new UnfitFileException(
          path
              + " stands in a directory that is writable for everyone and belongs to another user");
    }
    if (file.links() > 1) {
      throw new UnfitFileException(
          path
              + " stands in a directory that is writable for everyone and has another name as"
              + " well");
    }
  }

  private static boolean isOwn(FileStatus file) {
    try {
      return FileStatus.of(SELF.toRealPath()).userId() == file.userId();
    } catch (IOException e) {
      return true; // no /proc: the kernel's own protection of such directories has to do
    }
  }
}
