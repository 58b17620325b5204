// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Builds a {@link SpoolQueue}; {@link SpoolQueue#builder} makes one.
 *
 * @since 0.1.0
 */
public final class SpoolBuilder {
  static final long MIN_SIZE_BYTES = 64 * 1024;
  static final long DEFAULT_SIZE_BYTES = 256L * 1024 * 1024;
  static final long MIN_SEGMENT_BYTES = 4096;
  static final long MAX_SEGMENT_BYTES = 8L * 1024 * 1024;

  /** A segment is deleted as a whole, so that the space of several must be there. */
  static final int LEAST_SEGMENTS = 4;

  private static final int USUAL_SEGMENTS = 16;

  final Path path;
  long maxSizeBytes = DEFAULT_SIZE_BYTES;
  Sync sync = Sync.NONE;
  Disk disk = new Disk();

  /** So much is written with one call, which costs less than to fill and to map its pages. */
  int longBytes = 32 * 1024;

  private long segmentBytes;

  SpoolBuilder(Path path) {
    this.path = Objects.requireNonNull(path, "path");
  }

  /** Maximum size of all segments together, 65,536 bytes or more; 256 MiB if not set. */
  public SpoolBuilder maxSizeBytes(long bytes) {
    if (bytes < MIN_SIZE_BYTES) {
      throw new IllegalArgumentException("maxSizeBytes " + bytes + " is below " + MIN_SIZE_BYTES);
    }
    this.maxSizeBytes = bytes;
    return this;
  }

  /**
   * Maximum size of a segment, between 4,096 bytes and 8 MiB, and at most a quarter of the total; a
   * sixteenth of the total if not set.
   */
  public SpoolBuilder segmentSizeBytes(long bytes) {
    if (bytes < MIN_SEGMENT_BYTES || bytes > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "segmentSizeBytes "
              + bytes
              + " is not between "
              + MIN_SEGMENT_BYTES
              + " and "
              + MAX_SEGMENT_BYTES);
    }
    this.segmentBytes = bytes;
    return this;
  }

  /** When what was written is forced to the disk; {@link Sync#NONE} if not set. */
  public SpoolBuilder sync(Sync mode) {
    this.sync = Objects.requireNonNull(mode, "mode");
    return this;
  }

  long segmentBytes() {
    return segmentBytes > 0
        ? segmentBytes
        : Math.clamp(maxSizeBytes / USUAL_SEGMENTS, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
  }

  /**
   * Opens the queue, with the records that an earlier run left in the directory.
   *
   * @throws IllegalArgumentException if a segment would be longer than a quarter of the total
   * @throws IOException if the directory is no place for a spool, is in use, or cannot be read or
   *     written; never because records in it are damaged
   */
  public SpoolQueue open() throws IOException {
    if (segmentBytes() > maxSizeBytes / LEAST_SEGMENTS) {
      throw new IllegalArgumentException(
          "segmentSizeBytes "
              + segmentBytes()
              + " is more than a quarter of maxSizeBytes "
              + maxSizeBytes);
    }
    SpoolDirectory directory = SpoolDirectory.open(disk, path);
    Cursor cursor = null;
    boolean done = false;
    try {
      cursor = directory.openCursor();
      Recovery found = new Recovery(this, directory, cursor);
      found.run();
      SpoolQueue queue = new SpoolQueue(this, directory, cursor, found);
      done = true;
      return queue;
    } catch (IOException e) {
      throw new IOException("cannot open the spool " + directory + ": " + IoWords.of(e), e);
    } finally {
      if (!done) {
        if (cursor != null) {
          cursor.close();
        }
        directory.discard();
        directory.close();
      }
    }
  }
}
