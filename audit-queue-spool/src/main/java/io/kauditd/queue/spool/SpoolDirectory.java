// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final SecureRandom random = new SecureRandom();
  private final Path path;
  private final DirectoryLock lock;

  private SpoolDirectory(Path path, DirectoryLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Opens the directory, made if need be, and locks it.
   *
   * @throws IOException if it is no place for a spool, or in use; in a sentence
   */
  static SpoolDirectory open(Path asked) throws IOException {
    Path path = make(asked);
    DirectoryCheck.check(path);
    checkContents(path);
    createFile(path.resolve(DirectoryLock.FILE));
    return new SpoolDirectory(path, DirectoryLock.take(path));
  }

  private static Path make(Path asked) throws IOException {
    Path path = asked.toAbsolutePath().normalize();
    try {
      Files.createDirectory(path, PRIVATE_DIRECTORY);
      rememberIn(path.getParent());
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
  private static void rememberIn(@Nullable Path parent) {
    if (parent != null) {
      try {
        force(parent);
      } catch (IOException e) {
        // one that may be written and not read cannot be forced
      }
    }
  }

  /** Nobody's home directory becomes a spool by a slip of the pen. */
  private static void checkContents(Path path) throws IOException {
    boolean isEmpty = true;
    try (Stream<Path> entries = Files.list(path)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        if (isOurs(entry.getFileName().toString())) {
          return;
        }
        isEmpty = false;
      }
    }
    if (!isEmpty) {
      throw new IOException(
          "the directory " + path + " is not empty, and no spool; choose another for the spool");
    }
  }

  private static boolean isOurs(String name) {
    return name.equals(DirectoryLock.FILE)
        || name.equals(CURSOR)
        || SEGMENT.matcher(name).matches();
  }

  private static boolean createFile(Path file) throws IOException {
    try {
      Files.createFile(file, PRIVATE_FILE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Opens the cursor, made if need be. */
  Cursor openCursor() throws IOException {
    createFile(path.resolve(CURSOR));
    return new Cursor(path.resolve(CURSOR));
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
          long length = Math.min(Files.size(entry), SpoolBuilder.MAX_SEGMENT_BYTES);
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
      if (createFile(file)) {
        return new Segment(first, salt, file, 0);
      }
    }
  }

  void delete(Segment segment) throws IOException {
    Files.deleteIfExists(segment.path);
  }

  /** Makes the directory remember, on the disk, which files are in it. */
  void force() throws IOException {
    force(path);
  }

  private static void force(Path directory) throws IOException {
    boolean interrupted = Thread.interrupted(); // it would close the channel
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
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
