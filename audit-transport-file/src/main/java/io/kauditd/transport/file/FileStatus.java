// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of a path, as stat(2) has it; a symbolic link is not followed.
 *
 * @param mode the kind of file and its permissions
 * @param userId the owner's
 * @param links hard links to the file
 * @param device the file system's number; with {@code inode} it tells one file from any other
 * @param inode the file's number there
 * @param sizeBytes the length
 */
record FileStatus(int mode, int userId, int links, long device, long inode, long sizeBytes) {
  private static final int KIND = 0170000;
  private static final int REGULAR = 0100000;
  private static final int SYMBOLIC_LINK = 0120000;
  private static final int DIRECTORY = 0040000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int STICKY = 01000;
  private static final int WRITABLE_FOR_ALL = 0002;

  /** The status of a path that must be there. */
  static FileStatus of(Path path) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(path, "unix:mode,uid,nlink,dev,ino,size", LinkOption.NOFOLLOW_LINKS);
    return new FileStatus(
        (int) number(found, "mode"),
        (int) number(found, "uid"),
        (int) number(found, "nlink"),
        number(found, "dev"),
        number(found, "ino"),
        number(found, "size"));
  }

  /** The status of a path, null if nothing is there. */
  static @Nullable FileStatus ofIfThere(Path path) throws IOException {
    try {
      return of(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static long number(Map<String, Object> found, String name) throws IOException {
    if (found.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IOException("the file system does not tell a file's " + name);
  }

  boolean isRegular() {
    return (mode & KIND) == REGULAR;
  }

  boolean isSymbolicLink() {
    return (mode & KIND) == SYMBOLIC_LINK;
  }

  boolean isDirectory() {
    return (mode & KIND) == DIRECTORY;
  }

  boolean isCharacterDevice() {
    return (mode & KIND) == CHARACTER_DEVICE;
  }

  boolean isWritableForAll() {
    return (mode & WRITABLE_FOR_ALL) != 0;
  }

  boolean isSticky() {
    return (mode & STICKY) != 0;
  }

  boolean isSameFileAs(FileStatus other) {
    return device == other.device && inode == other.inode;
  }
}
