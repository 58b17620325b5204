// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a log: checks where it stands, makes it if need be, locks it, and repairs its end. */
final class LogOpener {
  private static final Logger LOG = LoggerFactory.getLogger(LogOpener.class);

  private static final Set<OpenOption> OPTIONS =
      Set.of(
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND,
          StandardOpenOption.CREATE,
          LinkOption.NOFOLLOW_LINKS);

  private static final Set<OpenOption> DEVICE_OPTIONS =
      Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  /** Attempts to open a file that another program moves, or writes to, all the time. */
  private static final int ATTEMPTS = 5;

  private final Path path;
  private final @Nullable String group;

  LogOpener(Path path, @Nullable String group) {
    this.path = path;
    this.group = group;
  }

  /**
   * Opens the log, or says why that cannot be.
   *
   * @param leftover what is to be cut off, if it stands there; null for nothing
   */
  LogFile open(@Nullable Leftover leftover) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      FileStatus before = PathCheck.check(path);
      if (before != null && before.isCharacterDevice()) {
        return new LogFile(path, FileChannel.open(path, DEVICE_OPTIONS), before, false);
      }
      Tail tail = before != null ? Tail.of(path) : new Tail(0, 0);
      FileChannel channel = FileChannel.open(path, OPTIONS, permissionsAtFirst());
      boolean done = false;
      try {
        FileStatus opened = FileStatus.of(path);
        lock(channel, opened);
        // Between the look at its end and the lock the file may have become another one.
        if (channel.size() == tail.sizeBytes() && (before == null || before.isSameFileAs(opened))) {
          protect(opened);
          repair(channel, leftover != null && leftover.standsIn(opened) ? leftover : null, tail);
          done = true;
          return new LogFile(path, channel, opened, before == null);
        }
      } finally {
        if (!done) {
          channel.close();
        }
      }
    }
    throw new UnfitFileException(
        path + " is changed by another program all the time; stop it or choose another file");
  }

  private void lock(FileChannel channel, FileStatus opened) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      throw new UnfitFileException(path + " is being written by this process already", e);
    }
    if (lock == null) {
      throw new UnfitFileException(
          path
              + " is being written by "
              + LockHolder.of(opened)
              + "; stop it or choose another file");
    }
  }

  private void repair(FileChannel channel, @Nullable Leftover leftover, Tail tail)
      throws IOException {
    if (leftover != null) {
      channel.truncate(leftover.from());
    } else if (tail.isTorn()) {
      channel.truncate(tail.wholeBytes());
      LOG.warn(
          "{} ended in a line that was not written to its end, and was never reported as"
              + " delivered; cut off {} bytes",
          path,
          tail.sizeBytes() - tail.wholeBytes());
    }
  }

  private FileAttribute<Set<PosixFilePermission>> permissionsAtFirst() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  /** The permissions of the log; one group may read it if that was asked for. */
  Set<PosixFilePermission> permissions() {
    return PosixFilePermissions.fromString(group != null ? "rw-r-----" : "rw-------");
  }

  /** The permissions of a log that was rotated. */
  Set<PosixFilePermission> rotatedPermissions() {
    return PosixFilePermissions.fromString(group != null ? "r--r-----" : "r--------");
  }

  private void protect(FileStatus opened) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (group != null && !view.readAttributes().group().getName().equals(group)) {
      try {
        view.setGroup(
            path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
      } catch (UserPrincipalNotFoundException e) {
        throw new UnfitFileException(
            "there is no group '" + group + "'; create it or set the option 'group'", e);
      }
    }
    if (!view.readAttributes().permissions().equals(permissions())) {
      view.setPermissions(permissions());
      if (opened.sizeBytes() > 0) {
        LOG.info(
            "changed the permissions of {} to {}",
            path,
            PosixFilePermissions.toString(permissions()));
      }
    }
  }

  /** Makes the directory remember, on the disk, that a file was made or renamed in it. */
  void forceDirectory() throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }
}
