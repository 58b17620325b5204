// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Tells what would prevent a file or directory from being made, without making it. The exceptions
 * are of the same kinds, with the same reasons, as those of the attempt, so both are reported in
 * the same words.
 */
public final class NewName {
  private NewName() {}

  /** Throws what making the path would throw. Does nothing if something has the name already. */
  public static void check(Path path) throws IOException {
    try {
      Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      Path parent = path.toAbsolutePath().getParent();
      if (parent == null) {
        throw e;
      }
      checkWay(parent, path);
      checkIn(parent, path);
    }
  }

  private static void checkWay(Path parent, Path name) throws IOException {
    Path there = parent;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there != null && !Files.isDirectory(there)) {
      throw new FileSystemException(name.toString(), null, "Not a directory");
    }
  }

  /**
   * Throws what making a name in a directory would throw.
   *
   * @param name what the exceptions name
   */
  public static void checkIn(Path directory, Path name) throws IOException {
    try {
      directory
          .getFileSystem()
          .provider()
          .checkAccess(directory, AccessMode.WRITE, AccessMode.EXECUTE);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(name.toString());
    } catch (AccessDeniedException e) {
      throw new AccessDeniedException(name.toString());
    } catch (FileSystemException e) {
      throw new FileSystemException(name.toString(), null, e.getReason());
    }
  }
}
