// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.FileStatus;
import io.kauditd.files.SafeDirectory;
import io.kauditd.files.SafeDirectory.Weakness;
import io.kauditd.files.UnfitFileException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that nobody else can replace a log, and that it is something a log can be. It checks the
 * status of what was opened. A failed check is an {@link UnfitFileException}.
 */
final class PathCheck {
  private static final Logger LOG = LoggerFactory.getLogger(PathCheck.class);

  private final Path path;
  private boolean warned;

  PathCheck(Path path) {
    this.path = path;
  }

  /** Opens the directory of the log, if every directory on the way can be trusted. */
  SafeDirectory openDirectory() throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new UnfitFileException(path + " is a directory; choose a file");
    }
    SafeDirectory directory;
    try {
      directory = SafeDirectory.open(parent);
    } catch (NoSuchFileException e) {
      throw new UnfitFileException("the directory " + parent + " does not exist; create it", e);
    }
    boolean done = false;
    try {
      for (Weakness weakness : directory.weaknesses()) {
        judge(weakness);
      }
      warned = true;
      done = true;
      return directory;
    } finally {
      if (!done) {
        directory.close();
      }
    }
  }

  private void judge(Weakness weakness) throws UnfitFileException {
    switch (weakness.kind()) {
      case WRITABLE_FOR_ALL ->
          throw new UnfitFileException(
              "the directory "
                  + weakness.directory()
                  + " is writable for everyone, so that everyone could put another file in the"
                  + " log's place; take that permission away (chmod o-w) or choose another"
                  + " directory");
      case ANOTHER_USERS ->
          warn(
              "the directory {} belongs to user {}, who can put another file in the place of {};"
                  + " give it to root or to the user of this program, or choose another directory",
              weakness);
      case ANOTHER_GROUPS ->
          warn(
              "the directory {} is writable for group {}, whose users can put another file in the"
                  + " place of {}; take that permission away (chmod g-w), or see that only those"
                  + " are in the group who may",
              weakness);
      case STICKY -> {
        // whoever owns a file there keeps it: see checkFile
      }
    }
  }

  private void warn(String what, Weakness weakness) {
    if (!warned) {
      LOG.warn(what, weakness.directory(), weakness.id(), path);
    }
  }

  /** Checks what stands at the path already. */
  void checkFile(SafeDirectory directory, FileStatus file) throws IOException {
    if (file.isSymbolicLink()) {
      throw new UnfitFileException(
          path + " is a symbolic link, which is not followed; name the file itself");
    }
    if (file.isDirectory()) {
      throw new UnfitFileException(path + " is a directory; choose a file");
    }
    if (!file.isRegular() && !file.isCharacterDevice()) {
      throw new UnfitFileException(
          path + " is " + file.kind() + "; choose a file, or a character device");
    }
    if (directory.isShared() && file.isRegular()) {
      checkOwner(file);
    }
  }

  /** Where others may make files, one that somebody else has prepared is not taken. */
  private void checkOwner(FileStatus file) throws IOException {
    if (file.userId() != SafeDirectory.ownUserId()) {
      throw new UnfitFileException(
          path
              + " stands in a directory where other users can make files and belongs to another"
              + " user");
    }
    if (file.links() > 1) {
      throw new UnfitFileException(
          path
              + " stands in a directory where other users can make files and has another name as"
              + " well");
    }
  }
}
