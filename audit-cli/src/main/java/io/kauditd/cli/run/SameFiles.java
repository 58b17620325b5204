// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.config.RunKey;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a run whose source reads what its transport writes, since such a log would feed itself
 * and grow without end. Device and inode are compared, not names, because of links and mounts.
 */
final class SameFiles {
  private static final Pattern ROTATED = Pattern.compile("\\.[0-9]+(\\.(gz|zst))?");

  private SameFiles() {}

  /** Throws a {@link UserError} if a file of the one is a file of the other, or a rotated one. */
  static void refuse(String source, List<Path> read, String transport, List<Path> written) {
    for (Path in : read) {
      for (Path out : written) {
        if (isSame(in, out) || isRotated(in, out) || isRotated(out, in)) {
          throw UserError.usage(
              "source '"
                  + source
                  + "' and transport '"
                  + transport
                  + "' have a file in common, "
                  + (in.equals(out) ? in : in + " and " + out)
                  + ": what is written would be read again, without an end; choose another file for"
                  + " one of them");
        }
      }
    }
  }

  /**
   * Throws a {@link UserError} if the summary would replace a file that a part of the run reads or
   * writes. A file that is not a regular one is written through.
   */
  static void refuseSummary(@Nullable Path summary, String part, List<Path> files) {
    for (Path file : files) {
      if (summary != null && isSame(summary, file) && isFileOrFree(summary)) {
        throw UserError.usage(
            RunKey.SUMMARY.option()
                + ": '"
                + summary
                + "' is a file of "
                + part
                + ", and would take its place; choose another file");
      }
    }
  }

  private static boolean isFileOrFree(Path path) {
    return Files.isRegularFile(path) || !Files.exists(path);
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) { // one of them is not there yet, or not to be seen
      return real(one).equals(real(other));
    }
  }

  /** Whether a file is what a log becomes, or became, when it is rotated. */
  private static boolean isRotated(Path file, Path log) {
    Path realFile = real(file);
    Path realLog = real(log);
    Path directory = realLog.getParent();
    if (directory == null) {
      return false;
    }
    if (directory.equals(realFile.getParent()) && hasRotatedName(realFile, realLog)) {
      return true;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (hasRotatedName(entry, realLog) && Files.exists(file) && isSame(entry, file)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return false; // there is none that can be seen
    }
    return false;
  }

  private static boolean hasRotatedName(Path file, Path log) {
    String name = String.valueOf(file.getFileName());
    String base = String.valueOf(log.getFileName());
    return name.startsWith(base) && ROTATED.matcher(name.substring(base.length())).matches();
  }

  /** The path without links, as far as it is there. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      return absolute.toRealPath();
    } catch (IOException e) {
      Path parent = absolute.getParent();
      Path name = absolute.getFileName();
      return parent == null || name == null ? absolute : real(parent).resolve(name);
    }
  }
}
