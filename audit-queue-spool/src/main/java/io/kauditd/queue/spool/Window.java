// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A part of a segment that is mapped into memory, in which the disk has room for what is stored. A
 * store is as safe as a write when the program is killed, and needs no system call.
 *
 * <p>Frames are stored without their markers, and then get these one by one. So a program that is
 * killed leaves whole frames, and behind them a place that begins with NULs.
 */
final class Window implements AutoCloseable {
  private final Disk disk;
  private final long start;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment mapped;

  /**
   * Maps a part of a file.
   *
   * @param file an interrupt closes it
   */
  Window(Disk disk, RandomAccessFile file, long start, int length) throws IOException {
    this.disk = disk;
    this.start = start;
    boolean interrupted = Thread.interrupted(); // it would close the file
    boolean done = false;
    try {
      mapped = disk.map(file, start, length, arena);
      done = true;
    } finally {
      if (!done) {
        arena.close();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether a part of the file is in it. */
  boolean holds(long at, int length) {
    return at >= start && at + length <= start + mapped.byteSize();
  }

  /**
   * Stores sealed frames of a batch at a place of the file.
   *
   * @throws InternalError if the disk cannot read what was there, or somebody has cut the file
   */
  void store(Batch batch, int from, int length, long at) throws IOException {
    ByteBuffer frames = batch.frames();
    int target = (int) (at - start);
    for (int frame = from; frame < from + length; frame += Frame.length(frames, frame)) {
      frames.putInt(frame, 0);
    }
    disk.store(mapped, target, batch.bytes(), from, length);
    for (int frame = from; frame < from + length; frame += Frame.length(frames, frame)) {
      disk.storeLast(mapped, target + frame - from, Frame.MARKER);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
