// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;

/**
 * A disk on which the program dies: one of its changes is made in part, and none after it. It
 * forces nothing, since a program that dies loses nothing that the kernel has.
 */
final class CrashingDisk extends Disk {
  private final Random random;
  private long left;

  /**
   * @param changes how many changes are made
   */
  CrashingDisk(Random random, long changes) {
    this.random = random;
    this.left = changes;
  }

  /** Whether the program is dead. */
  boolean isDead() {
    return left < 0;
  }

  /** Returns whether a change is made; half of those in the middle of which it dies are. */
  private boolean change() throws IOException {
    if (left < 0) {
      throw new IOException("the program is dead");
    }
    return left-- > 0 || random.nextBoolean();
  }

  private void die() throws IOException {
    if (left < 0) {
      throw new IOException("the program dies");
    }
  }

  @Override
  boolean create(Path file) throws IOException {
    boolean done = change() && super.create(file);
    die();
    return done;
  }

  @Override
  void write(RandomAccessFile file, long at, byte[] bytes, int from, int length)
      throws IOException {
    change();
    super.write(file, at, bytes, from, left < 0 ? random.nextInt(length + 1) : length);
    die();
  }

  @Override
  void reserve(RandomAccessFile file, long at, int length) throws IOException {
    change();
    super.reserve(file, at, left < 0 ? random.nextInt(length + 1) : length);
    die();
  }

  /** A store has no order: it may be any part of it that is made. */
  @Override
  void store(MemorySegment mapped, int at, byte[] bytes, int from, int length) throws IOException {
    change();
    int skipped = left < 0 ? random.nextInt(length + 1) : 0;
    int rest = length - skipped;
    int done = left < 0 ? random.nextInt(rest + 1) : rest;
    super.store(mapped, at + skipped, bytes, from + skipped, done);
    die();
  }

  @Override
  void storeLast(MemorySegment mapped, int at, int word) throws IOException {
    if (change()) {
      super.storeLast(mapped, at, word);
    }
    die();
  }

  @Override
  void cut(RandomAccessFile file, long length) throws IOException {
    if (change()) {
      super.cut(file, length);
    }
    die();
  }

  @Override
  void force(RandomAccessFile file) throws IOException {
    change();
    die();
  }

  @Override
  void forceDirectory(Path directory) throws IOException {
    change();
    die();
  }

  @Override
  void delete(Path file) throws IOException {
    if (change()) {
      super.delete(file);
    }
    die();
  }

  @Override
  void rename(Path file, Path to) throws IOException {
    if (change()) {
      super.rename(file, to);
    }
    die();
  }
}
