// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Renames a log to make way for a new one: {@code audit.log} becomes {@code audit.log.1}, and that
 * {@code audit.log.2}. Renaming in this order, from the oldest on, a crash in between loses
 * nothing: a number that is free when the next rotation comes is where it ends.
 *
 * @param atBytes the size at which a log is rotated, 0 for never
 * @param keep how many rotated ones are kept
 */
record Rotation(long atBytes, int keep) {
  boolean isDue(long sizeBytes) {
    return atBytes > 0 && sizeBytes >= atBytes;
  }

  /** How much may be written before the next rotation, after the one that is due. */
  long room(long sizeBytes) {
    if (atBytes == 0) {
      return Long.MAX_VALUE;
    }
    return isDue(sizeBytes) ? atBytes : atBytes - sizeBytes;
  }

  /** Renames the log and its predecessors; the oldest is replaced if all numbers are taken. */
  void rotate(Path log, Set<PosixFilePermission> permissions) throws IOException {
    int free = 1;
    while (free < keep && Files.exists(numbered(log, free), LinkOption.NOFOLLOW_LINKS)) {
      free++;
    }
    for (int number = free - 1; number >= 1; number--) {
      rename(numbered(log, number), numbered(log, number + 1));
    }
    rename(log, numbered(log, 1));
    Files.setPosixFilePermissions(numbered(log, 1), permissions);
  }

  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path numbered(Path log, int number) {
    return log.resolveSibling(log.getFileName() + "." + number);
  }
}
