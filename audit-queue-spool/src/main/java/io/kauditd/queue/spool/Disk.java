// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * All changes of a spool on the disk, so that a test can make each step fail, wait, or be the last
 * one of the program.
 */
class Disk {
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** Makes an empty file for its owner alone; returns false if there is something of the name. */
  boolean create(Path file) throws IOException {
    try {
      Files.createFile(file, PRIVATE_FILE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** Writes at a place of a file. */
  void write(RandomAccessFile file, long at, byte[] bytes, int from, int length)
      throws IOException {
    file.seek(at);
    file.write(bytes, from, length);
  }

  /** Cuts a file off. */
  void cut(RandomAccessFile file, long length) throws IOException {
    file.setLength(length);
  }

  /** Forces to the disk what was written to a file. */
  void force(RandomAccessFile file) throws IOException {
    file.getFD().sync();
  }

  /** Makes a directory remember, on the disk, which files are in it. */
  void forceDirectory(Path directory) throws IOException {
    boolean interrupted = Thread.interrupted(); // it would close the channel
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Deletes a file, if it is there. */
  void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  /** Gives a file a name that nothing has yet. */
  void rename(Path file, Path to) throws IOException {
    Files.move(file, to);
  }
}
