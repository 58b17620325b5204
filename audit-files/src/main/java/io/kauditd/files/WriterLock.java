// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the only writer of a file until it is closed: against other processes, against
 * other parts of this one, and under every name of the file. It is advisory, as locks are: a
 * program that does not ask for it can write.
 *
 * <p>With native access it is a lock of the open file description (fcntl(2), F_OFD_SETLK). A lock
 * of the JDK belongs to the process, and ends when any code of the process closes any descriptor of
 * the file: a backup, a checksum, a look at its end. So without native access there is a second
 * file, {@code .NAME.lock}, which nobody has a reason to open, and both files are locked. A program
 * with native access also checks that file, if it exists. Both kinds of lock see each other, so the
 * two ways exclude each other.
 *
 * <p>It works over NFS if the server supports locks; if not, taking it fails.
 */
public final class WriterLock implements AutoCloseable {
  private static final Set<OpenOption> APPENDING =
      Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  private static final int ATTEMPTS = 10;

  private final SafeDirectory directory;
  private final @Nullable FileChannel besides; // the second file, locked
  private final Path besidesName;
  private final int fd; // of the lock, -1 if it is the channel's
  private final FileChannel channel;
  private boolean closed;
  private boolean sharesBesides; // closed by the other lock on it

  private WriterLock(
      SafeDirectory directory,
      Path besidesName,
      @Nullable FileChannel besides,
      int fd,
      FileChannel channel) {
    this.directory = directory;
    this.besidesName = besidesName;
    this.besides = besides;
    this.fd = fd;
    this.channel = channel;
  }

  /** The name of the file that is locked beside another. */
  static Path besides(Path name) {
    return Path.of("." + name + ".lock");
  }

  /**
   * Takes the lock.
   *
   * @param directory where the file stands
   * @param name its name there
   * @param file the file
   * @throws UnfitFileException if somebody else has it; the message says who
   */
  public static WriterLock take(SafeDirectory directory, Path name, Place file) throws IOException {
    Path besidesName = besides(name);
    FileChannel besides = null;
    boolean done = false;
    try {
      if (!(file instanceof OpenPlace)) {
        besides = lockBesides(directory, besidesName, file, true);
      }
      WriterLock lock = onFile(directory, besidesName, besides, file);
      if (besides != null || directory.look(besidesName) == null) {
        done = true;
        return lock;
      }
      try { // somebody without native access may have lost the other half of his lock
        besides = lockBesides(directory, besidesName, file, false);
        done = true;
        return besides == null
            ? lock
            : new WriterLock(directory, besidesName, besides, lock.fd, lock.channel);
      } finally {
        if (!done) {
          lock.close();
        }
      }
    } finally {
      if (!done && besides != null) {
        try (FileChannel locked = besides) {
          directory.delete(besidesName);
        }
      }
    }
  }

  /**
   * Takes the lock of a file that will have the same name soon. Both count as one lock: close the
   * one of the file that loses the name first.
   */
  public WriterLock alsoOn(Place file) throws IOException {
    return onFile(directory, besidesName, besides, file);
  }

  /** The file, open for appending; closed with the lock. */
  public FileChannel channel() {
    return channel;
  }

  /** Ends the lock of this file alone; another one has the name now, or keeps it. */
  public void closeThisAlone() throws IOException {
    sharesBesides = true;
    close();
  }

  private static WriterLock onFile(
      SafeDirectory directory, Path besidesName, @Nullable FileChannel besides, Place file)
      throws IOException {
    if (file instanceof OpenPlace open) {
      int fd = open.openForAppending();
      boolean done = false;
      try {
        lock(fd, file);
        FileChannel channel = FileChannel.open(Libc.descriptor(fd), APPENDING);
        done = true;
        return new WriterLock(directory, besidesName, besides, fd, channel);
      } finally {
        if (!done) {
          Libc.close(fd);
        }
      }
    }
    FileChannel channel = file.open(APPENDING);
    if (!tryLock(channel, file)) {
      channel.close();
      throw taken(file, file);
    }
    return new WriterLock(directory, besidesName, besides, -1, channel);
  }

  private static void lock(int fd, Place file) throws IOException {
    int result = Libc.lock(fd);
    if (result == -Libc.EAGAIN || result == -Libc.EACCES) {
      throw taken(file, file);
    }
    if (result < 0) {
      throw cannotBeLocked(file, Libc.failure(-result, file.shown()));
    }
  }

  private static IOException cannotBeLocked(Place file, IOException cause) {
    return new UnfitFileException(
        file.shown()
            + " cannot be locked, so that a second writer would not be noticed ("
            + (cause instanceof java.nio.file.FileSystemException e ? e.getReason() : cause)
            + "); choose a file system that has locks",
        cause);
  }

  private static boolean tryLock(FileChannel channel, Place file) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw takenHere(file, e);
    } catch (IOException e) {
      channel.close();
      throw cannotBeLocked(file, e);
    }
  }

  /** The second file, locked; null if it is not there and not to be made. */
  private static @Nullable FileChannel lockBesides(
      SafeDirectory directory, Path name, Place file, boolean make) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Place found = directory.find(name);
      if (found == null) {
        if (!make) {
          return null;
        }
        try {
          found = directory.create(name);
        } catch (FileAlreadyExistsException e) {
          continue; // somebody was faster
        }
      }
      try (Place second = found) {
        FileStatus status = second.status();
        if (!status.isRegular()) {
          throw new UnfitFileException(second.shown() + " is in the way; move it away");
        }
        FileChannel channel = FileChannel.open(directory.resolve(name), openBesides());
        if (!tryLock(channel, file)) {
          channel.close();
          throw taken(file, second);
        }
        FileStatus now = directory.look(name);
        if (now != null && now.isSameFileAs(status)) {
          return channel;
        }
        channel.close(); // its owner has deleted it meanwhile
      } catch (java.nio.file.NoSuchFileException e) {
        // deleted in between; it is made anew
      }
    }
    throw taken(file, file);
  }

  private static Set<OpenOption> openBesides() {
    return Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private static UnfitFileException takenHere(Place file, @Nullable Exception cause) {
    String message = file.shown() + " is being written by this process already";
    return cause == null ? new UnfitFileException(message) : new UnfitFileException(message, cause);
  }

  private static UnfitFileException taken(Place file, Place locked) throws IOException {
    long holder = LockHolder.of(locked.status());
    if (holder == ProcessHandle.current().pid()) {
      return takenHere(file, null);
    }
    return new UnfitFileException(
        file.shown()
            + " is being written by "
            + (holder == LockHolder.UNKNOWN ? "another process" : "process " + holder)
            + "; stop it or choose another file");
  }

  @Override
  public void close() throws IOException {
    channel.close();
    if (fd >= 0 && !closed) {
      Libc.close(fd); // once: by then the number may be another file's
    }
    boolean first = !closed;
    closed = true;
    if (first && besides != null && !sharesBesides) {
      try {
        directory.delete(besidesName); // while it is locked: nobody else's
      } finally {
        besides.close();
      }
    }
  }
}
