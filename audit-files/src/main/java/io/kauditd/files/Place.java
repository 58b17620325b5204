// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory that was found. All questions about it and all changes go to what was found,
 * even if its name now leads to something else. With native access it is held open. Without, its
 * name is looked up again each time, and must lead to the same file.
 *
 * <p>Belongs to one thread at a time.
 */
public abstract sealed class Place implements AutoCloseable permits OpenPlace, NamedPlace {
  private static final Path ROOT = Path.of("/");

  private Path shown;

  Place(Path shown) {
    this.shown = shown;
  }

  /** The root of the file system. */
  static Place root() throws IOException {
    return Libc.isUsable() ? OpenPlace.of(ROOT) : new NamedPlace(ROOT, FileStatus.of(ROOT));
  }

  /**
   * What a path leads to at this moment, through symbolic links. That has no effect on it: a pipe
   * is not waited for, a device not touched. Whether it is what is wanted can be judged before it
   * is opened for reading.
   */
  public static Place at(Path path) throws IOException {
    Path all = path.toAbsolutePath();
    if (Libc.isUsable()) {
      return OpenPlace.ofTarget(all);
    }
    Path real = all.toRealPath();
    return new NamedPlace(real, FileStatus.of(real));
  }

  /** The name by which it was found, for people to read. */
  public final Path shown() {
    return shown;
  }

  /** It was given another name in the same directory. */
  public final void movedTo(Path name) {
    shown = shown.resolveSibling(name);
  }

  /**
   * The entry of this directory with a name; a symbolic link is not followed.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  abstract Place child(Path name) throws IOException;

  /**
   * Makes a file in this directory, readable and writable for its owner alone.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  abstract Place create(Path name) throws IOException;

  /** What a symbolic link says. */
  abstract Path readLink() throws IOException;

  /** A path that leads here while this is open. */
  public abstract Path path();

  /** What it is now. */
  public abstract FileStatus status() throws IOException;

  /** What equals the key of the same file, and of no other; see BasicFileAttributes.fileKey(). */
  public final @Nullable Object key() throws IOException {
    return attributes().readAttributes().fileKey();
  }

  /** Opens the file; to be closed by the caller. */
  public abstract FileChannel open(Set<OpenOption> options) throws IOException;

  /** Whether it is a terminal. */
  public final boolean isTerminal() {
    return FileStatus.isTerminal(path());
  }

  /** When something was last written to it, in milliseconds since 1970. */
  public final long lastWrittenMs() throws IOException {
    return attributes().readAttributes().lastModifiedTime().toMillis();
  }

  /** Gives the file these permissions, as chmod(2) takes them. */
  public abstract void setPermissions(int mode) throws IOException;

  abstract PosixFileAttributeView attributes();

  /** Whether the file belongs to a group. */
  public final boolean belongsTo(GroupPrincipal group) throws IOException {
    return attributes().readAttributes().group().equals(group);
  }

  /** Gives the file to a group. */
  public final void setGroup(GroupPrincipal group) throws IOException {
    attributes().setGroup(group);
  }

  /** Gives the file to a user and a group, by their numbers; root alone may give files away. */
  public final void setOwner(int userId, int groupId) throws IOException {
    java.nio.file.LinkOption[] options =
        this instanceof OpenPlace
            ? new java.nio.file.LinkOption[0]
            : new java.nio.file.LinkOption[] {java.nio.file.LinkOption.NOFOLLOW_LINKS};
    Files.setAttribute(path(), "unix:gid", groupId, options);
    Files.setAttribute(path(), "unix:uid", userId, options);
  }

  /** Makes the disk remember the names in this directory. */
  final void forceNames() throws IOException {
    try (FileChannel channel = FileChannel.open(path(), java.nio.file.StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Whether the caller can be told apart from other users: whether their files are known. */
  static int ownUserId() throws IOException {
    return Libc.isUsable() ? Libc.geteuid() : ofThisProcess().userId();
  }

  static int ownGroupId() throws IOException {
    return Libc.isUsable() ? Libc.getegid() : ofThisProcess().groupId();
  }

  private static FileStatus ofThisProcess() throws IOException {
    return FileStatus.of(Path.of("/proc/self").toRealPath());
  }

  @Override
  public abstract void close();

  @Override
  public final String toString() {
    return shown.toString();
  }

  static void setMode(Path path, int mode, java.nio.file.LinkOption... options) throws IOException {
    Files.setAttribute(path, "unix:mode", mode, options);
  }
}
