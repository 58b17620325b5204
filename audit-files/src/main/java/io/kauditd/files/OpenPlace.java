// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Set;

/**
 * A place that is held open. The JDK uses it through {@code /proc/self/fd}, where the kernel
 * follows the descriptor and not a name.
 */
final class OpenPlace extends Place {
  private static final int CLOSED = -1;

  private int fd;

  private OpenPlace(Path shown, int fd) {
    super(shown);
    this.fd = fd;
  }

  static OpenPlace of(Path path) throws IOException {
    return new OpenPlace(path, checked(Libc.openPlace(0, PathBytes.of(path)), path));
  }

  static OpenPlace ofTarget(Path path) throws IOException {
    return new OpenPlace(path, checked(Libc.openTarget(PathBytes.of(path)), path));
  }

  private static int checked(int result, Path shown) throws IOException {
    if (result < 0) {
      throw Libc.failure(-result, shown);
    }
    return result;
  }

  @Override
  Place child(Path name) throws IOException {
    Path all = shown().resolve(name).normalize(); // shown has no links, so .. is its parent
    return new OpenPlace(all, checked(Libc.openPlace(fd(), PathBytes.of(name)), all));
  }

  @Override
  Place create(Path name) throws IOException {
    Path all = shown().resolve(name);
    return new OpenPlace(all, checked(Libc.create(fd(), PathBytes.of(name)), all));
  }

  @Override
  Path readLink() throws IOException {
    return PathBytes.toPath(Libc.readLink(fd(), shown()));
  }

  private int fd() {
    if (fd == CLOSED) {
      throw new IllegalStateException(shown() + " was closed");
    }
    return fd;
  }

  @Override
  public Path path() {
    return Libc.descriptor(fd());
  }

  @Override
  public FileStatus status() throws IOException {
    return FileStatus.ofTarget(path());
  }

  @Override
  public FileChannel open(Set<OpenOption> options) throws IOException {
    try {
      return FileChannel.open(path(), options);
    } catch (FileSystemException e) {
      throw named(e);
    }
  }

  @Override
  public void setPermissions(int mode) throws IOException {
    try {
      setMode(path(), mode);
    } catch (FileSystemException e) {
      throw named(e);
    }
  }

  /** The same failure, of the name that the user knows. */
  private IOException named(FileSystemException e) {
    if (e instanceof java.nio.file.AccessDeniedException) {
      return new java.nio.file.AccessDeniedException(shown().toString());
    }
    return new FileSystemException(shown().toString(), null, e.getReason());
  }

  @Override
  PosixFileAttributeView attributes() {
    return Files.getFileAttributeView(path(), PosixFileAttributeView.class);
  }

  /**
   * A descriptor of the file for writing, and the caller's to close; a lock belongs to it.
   *
   * @throws IOException if the file may not be written to
   */
  int openForAppending() throws IOException {
    return checked(Libc.openForAppending(fd()), shown());
  }

  @Override
  public void close() {
    if (fd != CLOSED) {
      Libc.close(fd);
      fd = CLOSED;
    }
  }
}
