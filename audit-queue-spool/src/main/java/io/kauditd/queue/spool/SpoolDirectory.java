// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.spi.Reasons;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
  private final boolean isMade;
  private final boolean isNew;

  private SpoolDirectory(Disk disk, Path path, boolean isMade, boolean isNew, DirectoryLock lock) {
    this.isMade = isMade;
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
    Path path = asked.toAbsolutePath().normalize();
    boolean isMade = make(disk, path);
    try {
      return openReal(disk, path.toRealPath(), isMade);
    } catch (IOException e) {
      if (isMade) {
        path.toFile().delete(); // which nothing is in yet
      }
      throw e instanceof FileSystemException failure ? notOpened(path, failure) : e;
    }
  }

  private static SpoolDirectory openReal(Disk disk, Path path, boolean isMade) throws IOException {
    DirectoryCheck.check(path);
    boolean isNew = isEmpty(path);
    return new SpoolDirectory(disk, path, isMade, isNew, DirectoryLock.take(disk, path));
  }

  /** Throws what {@link #open} would throw, as far as that shows without making anything. */
  static void check(Path asked) throws IOException {
    Path path = asked.toAbsolutePath().normalize();
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      checkPlace(path);
      return;
    }
    if (!Files.isDirectory(path)) {
      throw notDirectory(path, null);
    }
    try {
      Path real = path.toRealPath();
      DirectoryCheck.check(real);
      isEmpty(real);
      DirectoryLock.check(real);
      checkAccess(real, real.resolve(DirectoryLock.FILE));
    } catch (FileSystemException e) {
      throw notOpened(path, e);
    }
  }

  /** What {@link #make} would throw. */
  private static void checkPlace(Path path) throws IOException {
    Path parent = checkWay(path);
    try {
      Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      try {
        checkAccess(parent, path);
      } catch (IOException refusal) {
        throw notMade(path, refusal);
      }
    } catch (IOException e) {
      throw notMade(path, e);
    }
  }

  /** Throws what making a name in a directory would throw. */
  private static void checkAccess(Path directory, Path name) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new FileSystemException(name.toString(), null, "Not a directory");
    }
    try {
      directory
          .getFileSystem()
          .provider()
          .checkAccess(directory, AccessMode.WRITE, AccessMode.EXECUTE);
    } catch (FileSystemException e) {
      throw new FileSystemException(name.toString(), null, Reasons.of(e));
    }
  }

  /** Checks where a directory is to be made, and returns the one that it will be in. */
  private static Path checkWay(Path path) throws IOException {
    Path parent = path.getParent();
    try {
      Path real = parent == null ? path : parent.toRealPath();
      DirectoryCheck.checkWay(real);
      return real;
    } catch (FileSystemException e) {
      throw notMade(path, e);
    }
  }

  /** Makes the directory; returns false if it is there already. */
  private static boolean make(Disk disk, Path path) throws IOException {
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        checkWay(path);
      }
      Files.createDirectory(path, PRIVATE_DIRECTORY);
      rememberIn(disk, path.getParent());
      return true;
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) {
        throw notDirectory(path, e);
      }
      return false;
    } catch (FileSystemException e) {
      throw notMade(path, e);
    }
  }

  private static IOException notDirectory(Path path, @Nullable Exception cause) {
    return new IOException(path + " is not a directory; choose one for the spool", cause);
  }

  private static IOException notMade(Path path, IOException e) {
    return e instanceof NoSuchFileException
        ? new IOException("the directory " + path.getParent() + " does not exist; create it", e)
        : new IOException("cannot make the directory " + path + ": " + Reasons.of(e), e);
  }

  private static IOException notOpened(Path path, FileSystemException e) {
    return new IOException("cannot open the spool " + path + ": " + IoWords.of(e), e);
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

  /** Takes away what was made for a spool that could not be opened: nothing was put into it. */
  void discard() {
    File cursor = path.resolve(CURSOR).toFile();
    if (isNew && cursor.length() == 0) {
      cursor.delete();
      path.resolve(DirectoryLock.FILE).toFile().delete();
    }
    if (isMade) {
      path.toFile().delete(); // if it is empty
    }
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
