// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.FileStatus;
import io.kauditd.files.PartFile;
import io.kauditd.files.SafeDirectory;
import io.kauditd.files.UnfitFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rotated logs beside a log: {@code audit.log.1} is the youngest; {@code audit.log.2.gz} was
 * compressed. Names with more digits belong to others, such as logrotate, which uses dates.
 *
 * <p>The kauditd thread and the compressing thread both use it. A thread that changes names holds
 * {@link Rotator#names} meanwhile.
 */
final class RotatedLogs {
  private static final Comparator<Rotated> YOUNGEST_FIRST =
      Comparator.comparingInt(Rotated::number).thenComparing(Rotated::isCompressed);

  private final Path log;
  private final Pattern pattern;
  private final int keep;
  private final long maxTotalBytes;

  /**
   * @param log the name of the log
   * @param keep how many are kept
   * @param maxTotalBytes how large they may be together, 0 for no limit
   */
  RotatedLogs(Path log, int keep, long maxTotalBytes) {
    this.log = log;
    this.keep = keep;
    this.maxTotalBytes = maxTotalBytes;
    this.pattern = Pattern.compile(Pattern.quote(log + ".") + "([1-9][0-9]{0,2})(|\\.gz|\\.zst)");
  }

  /** A rotated log, or something else that has the name of one. */
  record Rotated(int number, String suffix, Path name, FileStatus status) {
    boolean isCompressed() {
      return !suffix.isEmpty();
    }
  }

  Path named(int number, String suffix) {
    return Path.of(log + "." + number + suffix);
  }

  /** All of them, the youngest first; of one number the file that is not compressed. */
  List<Rotated> in(SafeDirectory directory) throws IOException {
    var found = new ArrayList<Rotated>();
    for (Path name : directory.names()) {
      Matcher matcher = pattern.matcher(name.toString());
      FileStatus status = matcher.matches() ? directory.look(name) : null;
      if (status != null) {
        found.add(new Rotated(Integer.parseInt(matcher.group(1)), matcher.group(2), name, status));
      }
    }
    found.sort(YOUNGEST_FIRST);
    return found;
  }

  /**
   * Removes what a program that was killed has left behind: a second name that a rotation gave to
   * the log, part files, and a compressed file beside the one that it was made from, which may not
   * be whole.
   */
  void tidyUp(SafeDirectory directory, FileStatus current) throws IOException {
    for (Path name : directory.names()) {
      if (PartFile.isOf(log, name)) {
        directory.delete(name);
      }
    }
    takeSecondNameBack(directory, current);
    @Nullable Rotated before = null;
    for (Rotated each : in(directory)) {
      boolean isUnfinished =
          before != null && before.number() == each.number() && !before.isCompressed();
      if (each.status().isRegular() && isUnfinished) {
        directory.delete(each.name());
      } else {
        before = each;
      }
    }
  }

  /** The log has one name: another is what a rotation left that was not finished. */
  void takeSecondNameBack(SafeDirectory directory, FileStatus current) throws IOException {
    Path first = named(1, "");
    FileStatus second = directory.look(first);
    if (second != null && second.isSameFileAs(current)) {
      directory.delete(first);
    }
  }

  /**
   * Gives each a higher number as far as is needed, so that number 1 is free; the oldest goes if
   * all numbers are taken.
   *
   * @throws UnfitFileException if something is in the way that is no file
   */
  void makeRoom(SafeDirectory directory) throws IOException {
    var inTheWay = new ArrayList<Rotated>();
    int free = 1;
    for (Rotated each : in(directory)) {
      if (each.number() > free || each.number() > keep) {
        break; // the rest keeps its place; what is too much is deleted by others
      }
      if (!each.status().isRegular()) {
        throw new UnfitFileException(
            directory.shown().resolve(each.name()) + " is in the way, and no file; move it away");
      }
      if (each.number() < free) {
        directory.delete(each.name()); // made from the one that was just seen, and not yet its heir
      } else {
        inTheWay.add(each);
        free++;
      }
    }
    for (Rotated each : inTheWay.reversed()) {
      if (each.number() >= keep) {
        directory.delete(each.name());
      } else {
        directory.rename(each.name(), named(each.number() + 1, each.suffix()));
      }
    }
  }

  /** Deletes those that are more than are kept, or larger together than they may be. */
  void prune(SafeDirectory directory) throws IOException {
    var tooMany = new ArrayList<Rotated>();
    long total = 0;
    for (Rotated each : in(directory)) {
      if (!each.status().isRegular()) {
        continue;
      }
      total += each.status().sizeBytes();
      if (each.number() > keep || (maxTotalBytes > 0 && total > maxTotalBytes)) {
        tooMany.add(each);
      }
    }
    deleteAll(directory, tooMany.reversed()); // the oldest first
  }

  /** Deletes what can be deleted: what cannot is no reason to leave the others. */
  private static void deleteAll(SafeDirectory directory, List<Rotated> logs) throws IOException {
    @Nullable IOException failure = null;
    for (Rotated each : logs) {
      try {
        directory.delete(each.name());
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** The youngest that is not compressed; null if there is none. */
  @Nullable Rotated uncompressed(SafeDirectory directory) throws IOException {
    for (Rotated each : in(directory)) {
      if (!each.isCompressed() && each.status().isRegular()) {
        return each;
      }
    }
    return null;
  }

  /** Where a file stands now; null if it is gone. */
  @Nullable Rotated find(SafeDirectory directory, FileStatus file) throws IOException {
    for (Rotated each : in(directory)) {
      if (each.status().isSameFileAs(file)) {
        return each;
      }
    }
    return null;
  }
}
