// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one spool: locked for one user, with its files in it.
 *
 * <pre>
 *  lock                            held by the program that uses the spool; its process id
 *  acknowledged                    how far records were acknowledged
 *  0000000000000001-5bd1e995.seg   a segment: the sequence it begins with, and its salt
 * </pre>
 */
final class SpoolDirectory implements AutoCloseable {
  private static final String CURSOR = "acknowledged";
  private static final Pattern SEGMENT = Pattern.compile("([0-7][0-9a-f]{15})-([0-9a-f]{8})\\.seg");

  private static final FileAttribute<?> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** More than any segment of ours has; bytes may have been put in. */
  private static final long MAX_READ_BYTES = 2 * SpoolBuilder.MAX_SEGMENT_BYTES;

  private final SecureRandom random = new SecureRandom();
  private final Disk disk;
  private final Path path;
  private final DirectoryLock lock;
  private final boolean isNew;

  private SpoolDirectory(Disk disk, Path path, boolean isNew, DirectoryLock lock) {
    this.isNew = isNew;
    this.disk = disk;
    this.path = path;
    this.lock = lock;
  }

  /**
   * Opens the directory, made if need be, and locks it.
   *
   * @throws IOException if it is no place for a spool, or in use; in a sentence
   */
  static SpoolDirectory open(Disk disk, Path asked) throws IOException {
    Path path = make(disk, asked);
    DirectoryCheck.check(path);
    boolean isNew = isEmpty(path);
    return new SpoolDirectory(disk, path, isNew, DirectoryLock.take(disk, path));
  }

  /** Throws what {@link #open} would throw, as far as that shows without making anything. */
  static void check(Path asked) throws IOException {
    Path path = asked.toAbsolutePath().normalize();
    Path parent = path.getParent();
    if (Files.exists(path)) {
      if (!Files.isDirectory(path)) {
        throw new IOException(path + " is not a directory; choose one for the spool");
      }
      DirectoryCheck.check(path.toRealPath());
      isEmpty(path);
      DirectoryLock.check(path.toRealPath());
    } else if (parent == null || !Files.isDirectory(parent)) {
      throw new IOException("the directory " + parent + " does not exist; create it");
    }
    Path writtenTo = Files.exists(path) ? path : parent;
    if (writtenTo != null && !Files.isWritable(writtenTo)) {
      throw new IOException("the directory " + writtenTo + " may not be written to");
    }
  }

  private static Path make(Disk disk, Path asked) throws IOException {
    Path path = asked.toAbsolutePath().normalize();
    try {
      Files.createDirectory(path, PRIVATE_DIRECTORY);
      rememberIn(disk, path.getParent());
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) {
        throw new IOException(path + " is not a directory; choose one for the spool", e);
      }
    } catch (NoSuchFileException e) {
      throw new IOException("the directory " + path.getParent() + " does not exist; create it", e);
    } catch (IOException e) {
      throw new IOException("cannot make the directory " + IoWords.of(e), e);
    }
    return path.toRealPath();
  }

  /** So that a loss of power does not take a new directory with all that came into it. */
  private static void rememberIn(Disk disk, @Nullable Path parent) {
    if (parent != null) {
      try {
        disk.forceDirectory(parent);
      } catch (IOException e) {
        // one that may be written and not read cannot be forced
      }
    }
  }

  /** Whether it is empty or a spool: nobody's home directory becomes one by a slip of the pen. */
  private static boolean isEmpty(Path path) throws IOException {
    boolean isEmpty = true;
    try (Stream<Path> entries = Files.list(path)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        if (isOurs(entry.getFileName().toString())) {
          return false;
        }
        isEmpty = false;
      }
    }
    if (!isEmpty) {
      throw new IOException(
          "the directory " + path + " is not empty, and no spool; choose another for the spool");
    }
    return true;
  }

  private static boolean isOurs(String name) {
    return name.equals(DirectoryLock.FILE)
        || name.equals(CURSOR)
        || SEGMENT.matcher(name).matches();
  }

  /**
   * Opens the cursor, made if need be, and locks it.
   *
   * @throws IOException if it is in use; in a sentence
   */
  Cursor openCursor() throws IOException {
    Path file = path.resolve(CURSOR);
    disk.create(file);
    Object key = FileKey.of(file);
    Cursor cursor = new Cursor(disk, file, key);
    boolean done = false;
    try {
      if (key == null || !key.equals(FileKey.of(file))) {
        throw new IOException(file + " is replaced by somebody just now");
      }
      if (!cursor.lock()) {
        throw new IOException(
            "the spool is in use by another process, whose lock file somebody has removed; end it,"
                + " or choose another directory");
      }
      done = true;
      return cursor;
    } finally {
      if (!done) {
        cursor.close();
      }
    }
  }

  /** The segments that are there, in order. */
  List<Segment> segments() throws IOException {
    var found = new ArrayList<Segment>();
    try (Stream<Path> entries = Files.list(path)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        Matcher name = SEGMENT.matcher(entry.getFileName().toString());
        if (name.matches() && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          long first = Long.parseUnsignedLong(name.group(1), 16);
          int salt = Integer.parseUnsignedInt(name.group(2), 16);
          long length = Math.min(Files.size(entry), MAX_READ_BYTES);
          found.add(new Segment(first, salt, entry, length));
        }
      }
    }
    found.sort(Comparator.comparingLong((Segment each) -> each.first));
    return found;
  }

  /** What stands before the first segment: a segment that is no file and holds nothing. */
  Segment nothing() {
    return new Segment(0, 0, path.resolve("nothing"), 0);
  }

  /** Makes a new segment. */
  Segment create(long first) throws IOException {
    while (true) {
      int salt = random.nextInt();
      Path file = path.resolve(String.format("%016x-%08x.seg", first, salt));
      if (disk.create(file)) {
        return new Segment(first, salt, file, 0);
      }
    }
  }

  void delete(Segment segment) throws IOException {
    disk.delete(segment.path);
  }

  /**
   * Puts a segment aside in which there is nothing that can be read, for a person to look at; it is
   * none any more then.
   *
   * @return its new name
   */
  Path putAside(Segment segment) throws IOException {
    Path to = segment.path.resolveSibling(segment.path.getFileName() + ".damaged");
    disk.rename(segment.path, to);
    return to;
  }

  /** Makes the directory remember, on the disk, which files are in it. */
  void force() throws IOException {
    disk.forceDirectory(path);
  }

  /** Sees that the lock is on the file of its name; see {@link DirectoryLock#renew}. */
  boolean renewLock() throws IOException {
    return lock.renew();
  }

  /** Whether there was nothing in it before. */
  boolean isNew() {
    return isNew;
  }

  /** Whether the name of the cursor means the file of one that is open. */
  boolean isCursor(Cursor cursor) throws IOException {
    return Objects.equals(FileKey.of(path.resolve(CURSOR)), cursor.key());
  }

  /** Whether its files may be stored to as memory. */
  boolean canMap() {
    return disk.canMap(path);
  }

  Disk disk() {
    return disk;
  }

  @Override
  public void close() {
    lock.close();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
