// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The lock on a spool's directory, which ends when the program ends. It is a lock between programs.
 * A list makes sure that one program does not open a spool twice, since closing a second channel to
 * the file would end the lock of the first.
 *
 * <p>A lock belongs to a file, not to its name. So after taking the lock, and after every pass, the
 * holder checks that the name still leads to the locked file. If the file was removed, it is
 * created and locked again. Until then {@link Cursor#lock} keeps others out.
 */
final class DirectoryLock implements AutoCloseable {
  static final String FILE = "lock";

  private static final int TURNS = 10;
  private static final Set<Path> TAKEN_HERE = ConcurrentHashMap.newKeySet();
  private static final Pattern PROCESS_ID = Pattern.compile("[0-9]{1,10}");

  private final Disk disk;
  private final Path directory;
  private Held held;

  /**
   * A file that is locked.
   *
   * @param key what identifies it, whatever its name is
   */
  private record Held(FileChannel channel, FileLock lock, Object key) {}

  private DirectoryLock(Disk disk, Path directory, Held held) {
    this.disk = disk;
    this.directory = directory;
    this.held = held;
  }

  /** Takes the lock on a directory, by its real path. */
  static DirectoryLock take(Disk disk, Path directory) throws IOException {
    if (!TAKEN_HERE.add(directory)) {
      throw inUseHere(directory);
    }
    boolean done = false;
    try {
      DirectoryLock lock = new DirectoryLock(disk, directory, lock(disk, directory));
      done = true;
      return lock;
    } finally {
      if (!done) {
        TAKEN_HERE.remove(directory);
      }
    }
  }

  /** Throws if somebody has the lock on a directory, by its real path. */
  static void check(Path directory) throws IOException {
    if (TAKEN_HERE.contains(directory)) {
      throw inUseHere(directory);
    }
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw inUse(directory, file);
      }
    } catch (OverlappingFileLockException e) {
      throw inUseHere(directory);
    }
  }

  private static IOException inUse(Path directory, Path file) throws IOException {
    return new InUseException(
        "the spool "
            + directory
            + " is in use by "
            + holder(file)
            + "; end it, or choose another directory");
  }

  private static IOException inUseHere(Path directory) {
    return new IOException(
        "the spool "
            + directory
            + " is in use by another queue of this process ("
            + ProcessHandle.current().pid()
            + "); give each queue a directory of its own");
  }

  private static Held lock(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    boolean interrupted = Thread.interrupted(); // it would close the channel
    try {
      for (int i = 0; i < TURNS; i++) {
        disk.create(file);
        Held held = lockFile(directory, file);
        if (held != null) {
          return held;
        }
      }
      throw new IOException(
          "the file " + file + " is replaced again and again; find out who does that");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Locks the file of a name; returns null if the name has come to mean another one meanwhile. */
  private static @Nullable Held lockFile(Path directory, Path file) throws IOException {
    Object key = FileKey.of(file);
    if (key == null) {
      return null;
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    } catch (NoSuchFileException e) {
      return null;
    }
    boolean mayClose = true;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(directory, file);
      }
      if (!key.equals(FileKey.of(file))) {
        return null;
      }
      mayClose = false;
      writeProcessId(channel);
      return new Held(channel, lock, key);
    } catch (OverlappingFileLockException e) { // another copy of this class has it
      mayClose = false;
      throw inUseHere(directory);
    } finally {
      if (mayClose) {
        channel.close();
      }
    }
  }

  /** So that who comes second can say who was first; a spool works without it. */
  private static void writeProcessId(FileChannel channel) {
    try {
      channel.truncate(0);
      byte[] id = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
      channel.write(ByteBuffer.wrap(id));
    } catch (IOException e) {
      // the disk is full; the lock holds all the same
    }
  }

  private static String holder(Path file) throws IOException {
    String id = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    return PROCESS_ID.matcher(id).matches() ? "process " + id : "another process";
  }

  /**
   * Looks whether the name of the lock still means the file that is locked; if somebody has removed
   * or replaced that, locks the one that is there now.
   *
   * @return false if another program has locked that
   */
  boolean renew() throws IOException {
    if (!held.key.equals(FileKey.of(directory.resolve(FILE)))) {
      Held old = held;
      try {
        held = lock(disk, directory);
      } catch (InUseException e) {
        return false;
      }
      closeQuietly(old.channel);
    }
    return true;
  }

  /** Another program has the lock. */
  private static final class InUseException extends IOException {
    private static final long serialVersionUID = 1;

    InUseException(String message) {
      super(message);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // the lock ends with the program at the latest
    }
  }

  @Override
  public void close() {
    closeQuietly(held.channel);
    TAKEN_HERE.remove(directory);
  }
}
