// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The lock on a spool's directory, which ends with the program at the latest. It is a lock between
 * programs; that one program does not open a spool twice is kept in a list, since closing any
 * second channel to the file would end the lock of the first.
 */
final class DirectoryLock implements AutoCloseable {
  static final String FILE = "lock";

  private static final Set<Path> TAKEN_HERE = ConcurrentHashMap.newKeySet();
  private static final Pattern PROCESS_ID = Pattern.compile("[0-9]{1,10}");

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /** Takes the lock on a directory, by its real path, in which the file is. */
  static DirectoryLock take(Path directory) throws IOException {
    if (!TAKEN_HERE.add(directory)) {
      throw inUseHere(directory);
    }
    boolean done = false;
    try {
      DirectoryLock lock = lock(directory);
      done = true;
      return lock;
    } finally {
      if (!done) {
        TAKEN_HERE.remove(directory);
      }
    }
  }

  private static IOException inUseHere(Path directory) {
    return new IOException(
        "the spool "
            + directory
            + " is in use by another queue of this process ("
            + ProcessHandle.current().pid()
            + "); give each queue a directory of its own");
  }

  private static DirectoryLock lock(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    boolean interrupted = Thread.interrupted(); // it would close the channel
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    boolean mayClose = true;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IOException(
            "the spool "
                + directory
                + " is in use by "
                + holder(file)
                + "; end it, or choose another directory");
      }
      mayClose = false;
      writeProcessId(channel);
      return new DirectoryLock(directory, channel);
    } catch (OverlappingFileLockException e) { // another copy of this class has it
      mayClose = false;
      throw inUseHere(directory);
    } finally {
      if (mayClose) {
        channel.close();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
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

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // the lock ends with the program at the latest
    } finally {
      TAKEN_HERE.remove(directory);
    }
  }
}
