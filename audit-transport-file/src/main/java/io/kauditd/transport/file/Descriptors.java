// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.stream.Stream;

/** The file descriptors of this process. */
final class Descriptors {
  /** What open logs take: the file, its lock, its place, and its directory. */
  static final int OF_A_LOG = 4;

  /** To open a log, or to rotate it, takes a few more for a moment. */
  private static final int TO_OPEN_A_LOG = 2 * OF_A_LOG;

  /** What a process has where nothing else is set. */
  private static final long USUAL_LIMIT = 1024;

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path NOTHING = Path.of("/dev/null");
  private static final String LIMIT_OF_FILES = "Max open files";

  private Descriptors() {}

  /** How many this process may have; the usual limit if that cannot be found out. */
  static long limit() {
    try (Stream<String> lines = Files.lines(LIMITS)) {
      return lines
          .filter(line -> line.startsWith(LIMIT_OF_FILES))
          .map(line -> line.substring(LIMIT_OF_FILES.length()).strip().split(" ", 2)[0])
          .mapToLong(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
          .findFirst()
          .orElse(USUAL_LIMIT);
    } catch (IOException | RuntimeException e) { // no Linux, or none left
      return USUAL_LIMIT;
    }
  }

  /**
   * Whether too few are left to open a log, for this process or for the whole machine. That is
   * tried, because the words of a failed system call may be in the user's language.
   */
  static boolean areUsedUp() {
    var opened = new ArrayList<FileChannel>();
    try {
      while (opened.size() < TO_OPEN_A_LOG) {
        opened.add(FileChannel.open(NOTHING, StandardOpenOption.READ));
      }
      return false;
    } catch (IOException e) {
      return true;
    } finally {
      opened.forEach(Descriptors::close);
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // it is closed all the same
    }
  }
}
