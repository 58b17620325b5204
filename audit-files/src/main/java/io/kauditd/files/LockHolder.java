// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out which process holds a lock on a file, where the kernel tells. */
final class LockHolder {
  static final long UNKNOWN = -1;

  private static final Path PROC = Path.of("/proc");
  private static final Pattern PROCESS_LOCK =
      Pattern.compile("\\S+ +POSIX +\\S+ +WRITE +(\\d+) +\\w+:\\w+:(\\d+) .*");
  private static final String DESCRIPTION_LOCK = "OFDLCK";

  private LockHolder() {}

  /** The process's number, or {@link #UNKNOWN}. */
  static long of(FileStatus file) {
    long owner = ofProcessLock(file);
    return owner != UNKNOWN ? owner : ofDescriptionLock(file);
  }

  private static long ofProcessLock(FileStatus file) {
    try {
      for (String line : Files.readAllLines(PROC.resolve("locks"))) {
        Matcher lock = PROCESS_LOCK.matcher(line);
        if (lock.matches() && Long.parseLong(lock.group(2)) == file.inode()) {
          return Long.parseLong(lock.group(1));
        }
      }
    } catch (IOException e) {
      // then nobody knows
    }
    return UNKNOWN;
  }

  /**
   * A lock of an open file belongs to no process, so this looks for a process that has the file
   * open and locked.
   */
  private static long ofDescriptionLock(FileStatus file) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (Path process : processes) {
        if (hasLocked(process, file)) {
          return Long.parseLong(process.getFileName().toString());
        }
      }
    } catch (IOException | DirectoryIteratorException | NumberFormatException e) {
      // then nobody knows
    }
    return UNKNOWN;
  }

  private static boolean hasLocked(Path process, FileStatus file) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (isLocked(process, descriptor, file)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // another user's, or gone
    }
    return false;
  }

  private static boolean isLocked(Path process, Path descriptor, FileStatus file) {
    try {
      return FileStatus.ofTarget(descriptor).isSameFileAs(file)
          && Files.readString(process.resolve("fdinfo").resolve(descriptor.getFileName()))
              .contains(DESCRIPTION_LOCK);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
