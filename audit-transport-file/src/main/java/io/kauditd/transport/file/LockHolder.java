// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out which process holds the lock on a file, where the kernel tells. */
final class LockHolder {
  private static final Path LOCKS = Path.of("/proc/locks");
  private static final Pattern LOCK =
      Pattern.compile("\\S+ +POSIX +\\S+ +WRITE +(\\d+) +\\w+:\\w+:(\\d+) .*");

  private LockHolder() {}

  /** The process in words: {@code process 1234}, or {@code another process}. */
  static String of(FileStatus file) {
    try {
      for (String line : Files.readAllLines(LOCKS)) {
        Matcher lock = LOCK.matcher(line);
        if (lock.matches() && Long.parseLong(lock.group(2)) == file.inode()) {
          return "process " + lock.group(1);
        }
      }
    } catch (IOException e) {
      // then it stays without a number
    }
    return "another process";
  }
}
