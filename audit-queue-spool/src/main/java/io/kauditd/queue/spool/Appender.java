// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The end of a spool where records go in: appends each to the newest segment, and begins a new
 * segment when that one is long enough. A record counts when all of its frame was written; what was
 * written of one that failed is cut off again, or left behind in a segment that is not continued.
 *
 * <p>Guarded by the lock of its {@link SpoolQueue}.
 */
final class Appender implements AutoCloseable {
  private final FrameEncoder encoder = new FrameEncoder();
  private final SpoolDirectory directory;
  private final long maxBytes;
  private final long segmentBytes;
  private final Sync sync;
  private final AtomicLong bytes;
  private Segment newest;
  private @Nullable RandomAccessFile file; // of the newest segment, if that can be continued
  private volatile long nextSequence; // guarded by the lock; kauditd reads it
  private boolean forced = true;

  /**
   * @param newest the last of the segments that were found; it is not continued
   */
  Appender(SpoolBuilder options, SpoolDirectory directory, Recovery found, Segment newest) {
    this.directory = directory;
    this.maxBytes = options.maxSizeBytes;
    this.segmentBytes = options.segmentBytes();
    this.sync = options.sync;
    this.bytes = new AtomicLong(found.bytes());
    this.newest = newest;
    this.nextSequence = found.nextSequence();
  }

  /**
   * Appends a record; returns false if there is no room for it.
   *
   * @throws IOException if it could not be written; it is then not in the spool
   */
  boolean append(AuditRecord record) throws IOException {
    int length = encoder.encode(record);
    if (bytes.get() + length > maxBytes) {
      return false;
    }
    RandomAccessFile open = file;
    long before = newest.readableBytes;
    if (open == null || (before > 0 && before + length > segmentBytes)) {
      open = beginSegment();
    }
    long sequence = nextSequence;
    boolean written = false;
    boolean done = false;
    try {
      open.write(encoder.seal(sequence, newest.salt), 0, length);
      written = true;
      if (sync == Sync.DATA) {
        open.getFD().sync();
      }
      done = true;
    } finally {
      if (!done) {
        withdraw(open, written);
      }
    }
    nextSequence = sequence + 1;
    forced = sync == Sync.DATA;
    bytes.addAndGet(length);
    newest.grow(length);
    return true;
  }

  private RandomAccessFile beginSegment() throws IOException {
    force();
    endSegment();
    Segment segment = directory.create(nextSequence);
    RandomAccessFile open = null;
    boolean done = false;
    try {
      open = new RandomAccessFile(segment.path.toFile(), "rw");
      if (sync != Sync.NONE) {
        directory.force();
      }
      done = true;
    } finally {
      if (!done) { // or each attempt would leave one behind
        directory.delete(segment);
        if (open != null) {
          open.close();
        }
      }
    }
    newest.next = segment;
    newest = segment;
    file = open;
    return open;
  }

  /** Ends the newest segment: the next record begins another. */
  void endSegment() throws IOException {
    RandomAccessFile open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }

  /** Takes back what was written of a record that failed; {@code whole} if all of it was. */
  private void withdraw(RandomAccessFile open, boolean whole) throws IOException {
    boolean cut = false;
    try {
      open.setLength(newest.readableBytes);
      open.seek(newest.readableBytes);
      cut = true;
    } finally {
      // After a failed sync nothing is known of the segment; one in which there is no record is
      // used nevertheless, or a disk that fails for long would fill with them. After a failed cut
      // the piece stays, and whoever reads the segment later knows by its sequence that it is none.
      if (!cut || (whole && newest.readableBytes > 0)) {
        endSegment();
      }
      if (!cut && newest.readableBytes == 0) {
        directory.delete(newest); // the next one begins with the same sequence
      }
    }
  }

  /** Forces to the disk what was appended, if the spool promises that. */
  void force() throws IOException {
    RandomAccessFile open = file;
    if (sync != Sync.NONE && !forced && open != null) {
      boolean done = false;
      try {
        open.getFD().sync();
        done = true;
      } finally {
        if (!done) {
          endSegment(); // what was written since the last time may never come to the disk
        }
      }
      forced = true;
    }
  }

  /** The sequence of the record that was taken last. <b>Thread</b>: any. */
  long lastSequence() {
    return nextSequence - 1;
  }

  /** A segment was deleted. <b>Thread</b>: kauditd, without the lock. */
  void deleted(Segment segment) {
    bytes.addAndGet(-segment.readableBytes);
  }

  @Override
  public void close() throws IOException {
    try {
      force();
    } finally {
      endSegment();
    }
  }
}
