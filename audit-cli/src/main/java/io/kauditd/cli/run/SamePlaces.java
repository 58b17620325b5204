// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.config.RunKey;
import io.kauditd.cli.plugin.PluginChoice;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a run two parts of which would use one place: a file, or what else a plug-in names. A
 * source that receives what its transport sends would feed itself without end; two transports would
 * take turns at a log that only one can lock. Of files, device and inode are compared, not names,
 * because of links and mounts.
 */
final class SamePlaces {
  private static final Pattern ROTATED = Pattern.compile("\\.[0-9]+(\\.(gz|zst))?");

  private SamePlaces() {}

  /**
   * Throws a {@link UserError} if the source receives from where the transport sends to, or if a
   * file of the one is a file of the other, or a rotated one.
   */
  static void refuse(Part source, Part transport) {
    for (URI endpoint : source.endpoints()) {
      if (transport.endpoints().contains(endpoint)) {
        throw UserError.usage(
            "source '"
                + source.name()
                + "' would receive what transport '"
                + transport.name()
                + "' sends, without an end, as both use "
                + endpoint
                + "; choose another place for one of them");
      }
    }
    refuseCommon(
        "source '" + source.name() + "' and transport '" + transport.name() + "'",
        source.files(),
        transport.files(),
        "what is written would be read again, without an end");
  }

  /** Throws a {@link UserError} if two transports would write to one file, or to a rotated one. */
  static void refuseTwoWriters(Part one, Part other) {
    refuseCommon(
        "transports '" + one.name() + "' and '" + other.name() + "'",
        one.files(),
        other.files(),
        "a log has one writer");
  }

  /** Throws a {@link UserError} if two queues of a kind have the same argument, or place. */
  static void refuseTwoQueues(PluginChoice one, PluginChoice other) {
    String place = one.argument();
    String otherPlace = other.argument();
    if (place != null
        && otherPlace != null
        && one.id().equals(other.id())
        && (place.equals(otherPlace) || isSamePath(place, otherPlace))) {
      throw UserError.usage(
          "%s '%s' and %s '%s' are one place: a queue has one owner; give each a place of its own"
              .formatted(one.where(), one, other.where(), other));
    }
  }

  private static boolean isSamePath(String one, String other) {
    try {
      return isSame(Path.of(one), Path.of(other));
    } catch (InvalidPathException e) {
      return false; // then they are no paths
    }
  }

  private static void refuseCommon(String parts, List<Path> ofOne, List<Path> ofOther, String why) {
    for (Path one : ofOne) {
      for (Path other : ofOther) {
        if (isSame(one, other) || isRotated(one, other) || isRotated(other, one)) {
          throw UserError.usage(
              parts
                  + " have a file in common, "
                  + (one.equals(other) ? one : one + " and " + other)
                  + ": "
                  + why
                  + "; choose another file for one of them");
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
