// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.FileStatus;
import io.kauditd.files.NewName;
import io.kauditd.files.Place;
import io.kauditd.files.SafeDirectory;
import io.kauditd.files.UnfitFileException;
import io.kauditd.files.WriterLock;
import io.kauditd.spi.Counts;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a log: checks where it stands, makes it if need be, locks it, and repairs its end. */
final class LogOpener {
  private static final Logger LOG = LoggerFactory.getLogger(LogOpener.class);

  /** Attempts to open a file that another program moves, or writes to, all the time. */
  private static final int ATTEMPTS = 5;

  private static final int OWNER_WRITES = 0600;
  private static final int OWNER_READS = 0400;
  private static final int GROUP_READS = 0040;

  private final Path path;
  private final Path name;
  private final PathCheck check;
  private final @Nullable String group;

  LogOpener(Path path, @Nullable String group) {
    this.path = path;
    Path last = path.getFileName();
    this.name = last != null ? last : path;
    this.check = new PathCheck(path);
    this.group = group;
  }

  /** The name of the log in its directory. */
  Path name() {
    return name;
  }

  /**
   * Opens the log, or says why that cannot be.
   *
   * @param leftover what is to be cut off, if it stands there; null for nothing
   */
  LogFile open(@Nullable Leftover leftover) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      SafeDirectory directory = check.openDirectory();
      LogFile file = null;
      try {
        file = openIn(directory, leftover);
      } finally {
        if (file == null) {
          directory.close();
        }
      }
      if (file != null) {
        return file;
      }
    }
    throw new UnfitFileException(
        path + " is changed by another program all the time; stop it or choose another file");
  }

  /** Throws what {@link #open} would throw, as far as that shows without making a log. */
  void check() throws IOException {
    try (SafeDirectory directory = check.openDirectory()) {
      Place found = directory.find(name);
      if (found == null) {
        NewName.checkIn(directory.resolve(Path.of("")), path);
      } else {
        try (Place place = found) {
          FileStatus status = place.status();
          check.checkFile(directory, status);
          if (status.isRegular()) {
            WriterLock.take(directory, name, place).close();
          }
        }
      }
    }
    if (group != null) {
      groupOf(group);
    }
  }

  /** Opens the log; null if it became another one meanwhile. */
  private @Nullable LogFile openIn(SafeDirectory directory, @Nullable Leftover leftover)
      throws IOException {
    Place found = directory.find(name);
    boolean isNew = found == null;
    if (isNew && group != null) {
      groupOf(group); // no log is made for a group that does not exist
    }
    Place place;
    try {
      place = found != null ? found : directory.create(name);
    } catch (FileAlreadyExistsException e) {
      return null; // somebody was faster
    }
    LogFile file = null;
    try {
      file = openPlace(directory, place, isNew, leftover);
      return file;
    } finally {
      if (file == null) {
        place.close();
      }
    }
  }

  private @Nullable LogFile openPlace(
      SafeDirectory directory, Place place, boolean isNew, @Nullable Leftover leftover)
      throws IOException {
    FileStatus before = place.status();
    check.checkFile(directory, before);
    if (before.isCharacterDevice()) {
      FileChannel device = place.open(Set.of(StandardOpenOption.WRITE));
      return new LogFile(path, directory, place, device);
    }
    Tail tail = isNew ? Tail.EMPTY : Tail.of(path, place);
    WriterLock lock = WriterLock.take(directory, name, place);
    LogFile file = null;
    try {
      FileStatus opened = place.status();
      FileStatus named = directory.look(name);
      // Between the look at its end and the lock the file may have become another one.
      if (named != null && named.isSameFileAs(opened) && opened.sizeBytes() == tail.sizeBytes()) {
        protect(place);
        boolean isLeft = leftover != null && leftover.standsIn(opened);
        repair(lock.channel(), isLeft ? leftover : null, tail);
        file = new LogFile(path, directory, place, lock, isNew);
      }
      return file;
    } finally {
      if (file == null) {
        lock.close();
      }
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
              + " delivered; cut off {}",
          path,
          Counts.of(tail.sizeBytes() - tail.wholeBytes(), "byte"));
    }
  }

  /** The permissions of a log that was rotated; one group may read it if that was asked for. */
  int rotatedPermissions() {
    return group != null ? OWNER_READS | GROUP_READS : OWNER_READS;
  }

  /** Gives an open file the owners and permissions of a log. */
  void protect(Place file) throws IOException {
    if (group != null) {
      giveToGroup(file, group);
    }
    int permissions = group != null ? OWNER_WRITES | GROUP_READS : OWNER_WRITES;
    FileStatus status = file.status();
    if (status.permissions() != permissions) {
      file.setPermissions(permissions);
      if (status.sizeBytes() > 0) {
        LOG.info("changed the permissions of {} to {}", path, Integer.toOctalString(permissions));
      }
    }
  }

  /** Gives a file to the group that may read logs, if there is one. */
  void giveToGroup(Place file) throws IOException {
    if (group != null) {
      giveToGroup(file, group);
    }
  }

  private void giveToGroup(Place file, String groupName) throws IOException {
    GroupPrincipal principal = groupOf(groupName);
    if (!file.belongsTo(principal)) {
      file.setGroup(principal);
    }
  }

  private GroupPrincipal groupOf(String groupName) throws IOException {
    try {
      return path.getFileSystem()
          .getUserPrincipalLookupService()
          .lookupPrincipalByGroupName(groupName);
    } catch (UserPrincipalNotFoundException e) {
      throw new UnfitFileException(
          "there is no group '" + groupName + "'; create it or set the option 'group'", e);
    }
  }
}
