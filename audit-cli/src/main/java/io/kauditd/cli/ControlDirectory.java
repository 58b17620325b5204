// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory where running instances have their control sockets, each named after its process.
 * It belongs to the user alone: nobody else can ask an instance, or pass himself off as one.
 *
 * @param path the directory
 */
record ControlDirectory(Path path) {
  private static final Pattern SOCKET = Pattern.compile("([1-9][0-9]*)\\.sock");
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  /** {@code $XDG_RUNTIME_DIR/kauditd}, or a directory of the user's under the temporary one. */
  static Path usual() {
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    return runtime != null && !runtime.isBlank()
        ? Path.of(runtime, "kauditd")
        : Path.of(
            System.getProperty("java.io.tmpdir"), "kauditd-" + System.getProperty("user.name"));
  }

  /** The socket of a process. */
  Path socketOf(long pid) {
    return path.resolve(pid + ".sock");
  }

  /**
   * Makes the directory if need be, and makes sure that it is the user's own.
   *
   * @throws IOException if it is not, or cannot be made
   */
  void prepare() throws IOException {
    try {
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException e) {
      check(); // it is there already, made by us or by somebody who wants us to use it
    }
  }

  /**
   * Makes sure that the directory is the user's own.
   *
   * @throws IOException saying what is wrong with it
   */
  void check() throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()) {
      throw new IOException(path + " is not a directory");
    }
    if (!Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(ownUid())) {
      throw new IOException(path + " belongs to another user");
    }
    if (!PRIVATE.containsAll(found.permissions())) {
      throw new IOException(
          path + " is open to other users; 'chmod 700 " + path + "' makes it private");
    }
  }

  /** The processes that have a socket here, alive or not. */
  List<Long> pids() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    check();
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .map(entry -> SOCKET.matcher(String.valueOf(entry.getFileName())))
          .filter(java.util.regex.Matcher::matches)
          .map(matcher -> Long.parseLong(matcher.group(1)))
          .sorted()
          .toList();
    }
  }

  /** A new file belongs to the user this process acts for. */
  private static Object ownUid() throws IOException {
    Path probe = Files.createTempFile("kauditd", null);
    try {
      return Files.getAttribute(probe, "unix:uid");
    } finally {
      Files.delete(probe);
    }
  }
}
