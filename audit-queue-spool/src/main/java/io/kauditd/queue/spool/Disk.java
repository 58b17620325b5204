// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * All changes of a spool on the disk, so that a test can make each step fail, wait, or be the last
 * one of the program.
 */
class Disk {
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * File systems that overwrite in place what has room already, so that a store never asks for
   * more; and whose files are the same memory, mapped or read.
   */
  private static final Set<String> MAPPED = Set.of("ext2", "ext3", "ext4", "xfs", "tmpfs");

  private static final byte[] NULS = new byte[64 * 1024];
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

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

  /** Whether what is stored in a mapped part of a file of this directory is as safe as written. */
  boolean canMap(Path directory) {
    if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
      return false; // there a store that fails ends the program
    }
    try {
      return MAPPED.contains(Files.getFileStore(directory).type());
    } catch (IOException e) { // then they are written
      return false;
    }
  }

  /** Fills a part of a file with NULs, so that the disk has room for what is stored there. */
  void reserve(RandomAccessFile file, long at, int length) throws IOException {
    file.seek(at);
    for (int left = length; left > 0; left -= NULS.length) {
      file.write(NULS, 0, Math.min(left, NULS.length));
    }
  }

  /** Maps a part of a file; an interrupt meanwhile closes the file. */
  MemorySegment map(RandomAccessFile file, long at, int length, Arena arena) throws IOException {
    return file.getChannel().map(FileChannel.MapMode.READ_WRITE, at, length, arena);
  }

  /** Stores in a mapped part of a file. */
  void store(MemorySegment mapped, int at, byte[] bytes, int from, int length) throws IOException {
    MemorySegment.copy(bytes, from, mapped, ValueLayout.JAVA_BYTE, at, length);
  }

  /** Stores a word in a mapped part of a file, after all that was stored before. */
  void storeLast(MemorySegment mapped, int at, int word) throws IOException {
    VarHandle.releaseFence();
    mapped.set(WORD, at, word);
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
