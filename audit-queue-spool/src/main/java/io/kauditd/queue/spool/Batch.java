// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records that are written together: the frames of those that were added while the batch before was
 * being written, one behind the other. It is used again; what became of it is not.
 */
final class Batch {
  /** A batch takes more than this only if it is one record. */
  private static final int MAX_BYTES = 256 * 1024;

  private static final int USUAL_BYTES = 16 * 1024;

  private ByteBuffer frames = ByteBuffer.allocate(USUAL_BYTES);
  private int count;
  private Outcome outcome = new Outcome();

  /** What became of a batch. */
  static final class Outcome {
    /** When it is true, the rest says what it will ever say. */
    volatile boolean isDone;

    /** How many records were written, of the first ones. */
    private int written;

    private @Nullable Throwable failure;

    /** Threads that wait for it. Guarded by the lock of the {@link Inlet}. */
    private final List<Thread> waiting = new ArrayList<>(0);

    List<Thread> waiting() {
      return waiting;
    }

    void end(int writtenRecords, @Nullable Throwable cause) {
      written = writtenRecords;
      failure = cause;
      isDone = true;
    }

    int written() {
      return written;
    }

    /** Why the others were not written. */
    @Nullable Throwable failure() {
      return failure;
    }
  }

  /** Whether there is room for a frame. */
  boolean hasRoom(int length) {
    return count == 0 || frames.position() + length <= MAX_BYTES;
  }

  /** Puts a frame at the end. */
  void add(byte[] frame, int length) {
    if (frames.remaining() < length) {
      int wanted = Math.max(2 * frames.capacity(), frames.position() + length);
      frames = ByteBuffer.wrap(Arrays.copyOf(frames.array(), wanted)).position(frames.position());
    }
    frames.put(frame, 0, length);
    count++;
  }

  /** The frames, from 0 to {@link #length}; not sealed. */
  ByteBuffer frames() {
    return frames;
  }

  /** The array of {@link #frames}. */
  byte[] bytes() {
    return frames.array();
  }

  int length() {
    return frames.position();
  }

  int count() {
    return count;
  }

  Outcome outcome() {
    return outcome;
  }

  /** Makes it empty. */
  void reset() {
    frames.clear();
    count = 0;
    outcome = new Outcome();
  }
}
