// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rotated files of a log, beside it, and beside what it links to. */
class Siblings { // not final: a test renames files while they are listed
  /** So often at most a directory is listed until two lists agree. */
  private static final int ATTEMPTS = 10;

  private final Path log;

  Siblings(Path log) {
    this.log = log.toAbsolutePath();
    changedNs(); // so it is known whether the file system knows births
  }

  /**
   * One rotated file.
   *
   * @param number in its name, the larger the older; 0 if there is none
   */
  record Sibling(Path path, FileStat stat, int number) {
    boolean isPacked() {
      return !RotatedName.unpacked(path.toString()).equals(path.toString());
    }
  }

  /**
   * Those that are there now, the oldest first. While files are being renamed it looks again.
   *
   * @throws MovingFilesException if that goes on: some may have been missed
   */
  final List<Sibling> list() throws MovingFilesException {
    List<Sibling> last = listOnce();
    for (int i = 0; i < ATTEMPTS; i++) {
      List<Sibling> now = listOnce();
      if (names(now).equals(names(last))) {
        return sorted(now);
      }
      last = now;
    }
    throw new MovingFilesException(log);
  }

  private static List<Sibling> sorted(List<Sibling> last) {
    last.sort(
        last.stream().allMatch(sibling -> sibling.number() > 0)
            ? Comparator.comparingInt(Sibling::number).reversed()
            : Comparator.<Sibling>comparingLong(sibling -> sibling.stat().modifiedNs())
                .thenComparing(Sibling::number, Comparator.reverseOrder())
                .thenComparing(Sibling::path));
    return last;
  }

  private static Set<String> names(List<Sibling> list) {
    var names = new HashSet<String>();
    list.forEach(
        sibling -> names.add(sibling.stat().id().inode() + " " + sibling.path().getFileName()));
    return names;
  }

  /** Whether the file of which it is made is there: its compressor removes that in the end. */
  static boolean isPackedBesideIt(Sibling packed, List<Sibling> list) {
    Path plain = Path.of(RotatedName.unpacked(packed.path().toString()));
    return list.stream().anyMatch(sibling -> sibling.path().equals(plain));
  }

  List<Sibling> listOnce() {
    var found = new ArrayList<Sibling>();
    addFrom(log, found);
    Path target = target();
    if (!target.equals(log)) {
      addFrom(target, found);
    }
    return found;
  }

  /** What the log links to, or the log. */
  private Path target() {
    try {
      return Files.isSymbolicLink(log) ? log.toRealPath() : log;
    } catch (IOException e) {
      return log;
    }
  }

  private void addFrom(Path base, List<Sibling> found) {
    Path directory = base.getParent();
    Path fileName = base.getFileName();
    if (directory == null || fileName == null) {
      return;
    }
    var names = new RotatedName(fileName.toString());
    FileStat current = FileStat.of(base);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        FileStat stat = names.matches(name) ? FileStat.of(entry) : null;
        if (stat != null
            && stat.isRegular()
            && !(current != null && current.id().isSameAs(stat.id()))
            && found.stream().noneMatch(other -> other.stat().id().isSameAs(stat.id()))) {
          found.add(new Sibling(entry, stat, names.number(name)));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The directory is gone, or may not be listed: what could be found in it is said to be lost.
    }
  }

  Path log() {
    return log;
  }

  /** When something was last added to the directories, removed or renamed; 0 if nobody knows. */
  long changedNs() {
    long latest = 0;
    for (Path base : List.of(log, target())) {
      Path directory = base.getParent();
      FileStat stat = directory == null ? null : FileStat.of(directory);
      latest = Math.max(latest, stat == null ? 0 : stat.modifiedNs());
    }
    return latest;
  }
}
