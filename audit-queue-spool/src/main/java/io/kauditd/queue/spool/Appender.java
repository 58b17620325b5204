// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The end of a spool where records go in: appends batches to the newest segment, and begins a new
 * segment when that one is long enough. A record counts when its whole frame was written. If a
 * write fails, the part that was written is cut off again, or left in a segment that is not
 * continued.
 *
 * <p>One thread at a time writes, the one that {@link Inlet} has let in; what others may call says
 * so.
 */
final class Appender implements AutoCloseable {
  /**
   * A window is as long as what is in its segment before it: little is reserved for few records.
   */
  private static final int LEAST_WINDOW_BYTES = 4096;

  private static final int MOST_WINDOW_BYTES = 256 * 1024;

  private final CRC32C crc = new CRC32C();
  private final SpoolDirectory directory;
  private final Disk disk;
  private final long segmentBytes;
  private final Sync sync;
  private final boolean maps;
  private final int longBytes;
  private final Listener listener;

  /** Those that can be deleted when all in them was acknowledged, in this order. */
  private final ConcurrentLinkedDeque<Segment> segments;

  private Run newest;
  private @Nullable RandomAccessFile file; // of the newest segment, if that can be continued
  private @Nullable RandomAccessFile mappedFile; // the same, if parts of it are mapped
  private @Nullable Window window; // into which the newest segment grows
  private long reserved; // how long the file is, with NULs behind the frames
  private boolean wasLong; // what was appended last
  private volatile long nextSequence;
  private volatile long highestNumber;
  private volatile long skipped;
  private volatile boolean isGivenUp;

  // Guarded by the list itself.
  private final List<Segment> unforced = new ArrayList<>();
  private boolean isDirectoryUnforced;

  /** Who is told of what was written. */
  interface Listener {
    /** The newest run has more records now, and shall grow. */
    void written(Run run, int lengthBytes, int records);
  }

  /**
   * @param newest the last of the runs that were found; it is not continued
   */
  Appender(
      SpoolBuilder options,
      SpoolDirectory directory,
      Recovery found,
      Run newest,
      Listener listener) {
    this.directory = directory;
    this.disk = directory.disk();
    this.segmentBytes = options.segmentBytes();
    this.sync = options.sync;
    this.maps = sync == Sync.NONE && directory.canMap();
    this.longBytes = options.longBytes;
    this.listener = listener;
    this.segments = new ConcurrentLinkedDeque<>(found.segments());
    this.newest = newest;
    this.nextSequence = found.nextSequence();
    this.highestNumber = found.highestNumber();
  }

  /**
   * Writes a batch, of which the first records count when a later one fails.
   *
   * @param spareBytes how many more the segments may have together
   */
  void write(Batch batch, long spareBytes) {
    int written = 0;
    Throwable failure = null;
    try {
      ByteBuffer frames = batch.frames();
      int length = batch.length();
      for (int at = 0; at < length; ) {
        RandomAccessFile open = fileFor(Frame.length(frames, at));
        long room = segmentBytes - newest.segment.lengthBytes;
        int end = at;
        int count = 0;
        while (end < length && (count == 0 || end - at + Frame.length(frames, end) <= room)) {
          seal(frames, end, nextSequence + count);
          end += Frame.length(frames, end);
          count++;
        }
        append(open, batch, at, end - at, count, spareBytes);
        written += count;
        at = end;
      }
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    batch.outcome().end(written, failure);
  }

  /** Whether a batch of this length needs no system call. */
  boolean isMapped(int length) {
    Window open = window;
    long at = newest.segment.lengthBytes;
    return open != null
        && !isGivenUp
        && open.holds(at, length)
        && length < longBytes
        && (at == 0 || at + length <= segmentBytes);
  }

  private void seal(ByteBuffer frames, int at, long sequence) {
    long number = Frame.number(frames, at);
    if (number == 0 && highestNumber < Long.MAX_VALUE) {
      number = highestNumber + 1;
    }
    highestNumber = Math.max(highestNumber, number);
    Frame.seal(frames, at, sequence, number, newest.segment.salt, crc);
  }

  /** The file that takes a frame. */
  private RandomAccessFile fileFor(int length) throws IOException {
    if (isGivenUp) {
      isGivenUp = false;
      endSegment();
    }
    RandomAccessFile open = file;
    long before = newest.segment.lengthBytes;
    return open == null || (before > 0 && before + length > segmentBytes) ? beginSegment() : open;
  }

  private void append(
      RandomAccessFile open, Batch batch, int from, int length, int count, long spareBytes)
      throws IOException {
    Run run = newest;
    long at = run.segment.lengthBytes;
    boolean written = false;
    boolean done = false;
    try {
      Window into = isWritten(length) ? null : windowFor(open, at, length, spareBytes);
      if (into == null) {
        closeWindow();
        cutReserve(open); // a program that is killed leaves no half frame before NULs
        disk.write(open, at, batch.bytes(), from, length);
        reserved = at + length;
      } else {
        into.store(batch, from, length, at);
      }
      written = true;
      if (sync == Sync.DATA) {
        disk.force(open);
      }
      done = true;
    } finally {
      if (!done) {
        withdraw(open, written, count);
      }
    }
    if (sync == Sync.PASS) {
      toForce(run.segment);
    }
    long behind = nextSequence + count;
    run.segment.last = behind - 1;
    run.segment.lengthBytes = at + length;
    nextSequence = behind;
    listener.written(run, length, count);
  }

  /** Whether so many bytes are written, rather than stored in a window. */
  private boolean isWritten(int length) {
    boolean isLong = length >= longBytes;
    boolean isRest = wasLong; // no window for what a long one has left over
    wasLong = isLong;
    return isLong || isRest;
  }

  /** What holds a part of the newest segment; null if that is to be written. */
  private @Nullable Window windowFor(RandomAccessFile open, long at, int length, long spareBytes)
      throws IOException {
    Window before = window;
    RandomAccessFile mappable = mappedFile;
    if (mappable == null || (before != null && before.holds(at, length))) {
      return before;
    }
    closeWindow();
    long needed = at + length;
    long wanted =
        Math.min(at + Math.clamp(at, LEAST_WINDOW_BYTES, MOST_WINDOW_BYTES), segmentBytes);
    long end = Math.max(needed, Math.min(wanted, needed + spareBytes));
    try {
      long from = Math.max(at, reserved);
      if (end > from) {
        reserved = end;
        disk.reserve(open, from, (int) (end - from));
      }
      Window next = new Window(disk, mappable, at, (int) (end - at));
      window = next;
      return next;
    } catch (IOException | UnsupportedOperationException e) {
      cutReserve(open); // there may be room for the frames alone
      if (e instanceof UnsupportedOperationException || !mappable.getChannel().isOpen()) {
        closeMappedFile(); // this runtime maps nothing, or an interrupt came
      }
      return null;
    }
  }

  private void closeWindow() {
    Window open = window;
    window = null;
    if (open != null) {
      open.close();
    }
  }

  /** Cuts off what is behind the frames, which is not mapped. */
  private void cutReserve(RandomAccessFile open) throws IOException {
    long length = newest.segment.lengthBytes;
    if (reserved > length) {
      reserved = length;
      disk.cut(open, Math.min(length, open.length())); // somebody may have cut it
    }
  }

  private void toForce(Segment segment) {
    synchronized (unforced) {
      if (unforced.isEmpty() || unforced.getLast() != segment) {
        unforced.add(segment);
      }
    }
  }

  private RandomAccessFile beginSegment() throws IOException {
    endSegment();
    Segment segment = directory.create(nextSequence);
    RandomAccessFile open = null;
    boolean done = false;
    try {
      open = new RandomAccessFile(segment.path.toFile(), "rw");
      if (maps) {
        mappedFile = new RandomAccessFile(segment.path.toFile(), "rw");
      }
      if (sync == Sync.DATA) {
        directory.force();
      }
      done = true;
    } finally {
      if (!done) { // or each attempt would leave one behind
        directory.delete(segment);
        if (open != null) {
          open.close();
        }
        closeMappedFile();
      }
    }
    if (sync == Sync.PASS) {
      synchronized (unforced) {
        isDirectoryUnforced = true;
      }
    }
    Run run = new Run(segment, nextSequence, 0);
    segments.addLast(segment);
    newest.next = run;
    newest = run;
    file = open;
    reserved = 0;
    return open;
  }

  /** Ends the newest segment: the next record begins another. */
  private void endSegment() throws IOException {
    RandomAccessFile open = file;
    file = null;
    closeWindow();
    closeMappedFile();
    if (open != null) {
      try (open) {
        cutReserve(open);
      }
    }
  }

  private void closeMappedFile() throws IOException {
    RandomAccessFile open = mappedFile;
    mappedFile = null;
    if (open != null) {
      open.close();
    }
  }

  /** Takes back what was written of records that failed; {@code whole} if all of it was. */
  private void withdraw(RandomAccessFile open, boolean whole, int count) throws IOException {
    long length = newest.segment.lengthBytes;
    boolean cut = false;
    closeWindow();
    reserved = length;
    try {
      disk.cut(open, length);
      cut = true;
    } finally {
      // After a failed force nothing is known of the segment; one in which there is no record is
      // used nevertheless, or a disk that fails for long would fill with them.
      if (!cut || (whole && length > 0)) {
        endSegment();
      }
      if (!cut) {
        skip(count);
        if (length == 0) {
          directory.delete(newest.segment); // or each attempt would leave one behind
        }
      }
    }
  }

  /**
   * Records whose write failed may be on the disk. So no other record gets their sequences. If they
   * are not there, that is no loss, because the caller was told that they were not taken.
   */
  private void skip(int count) {
    long sequence = nextSequence;
    nextSequence = sequence + count;
    long before = skipped;
    skipped = before + count;
  }

  /** The newest segment was found damaged: it is not continued. <b>Thread</b>: any. */
  void giveUp() {
    isGivenUp = true;
  }

  /**
   * Forces to the disk what was appended, if the spool promises that; nobody who adds waits for it.
   * <b>Thread</b>: kauditd.
   */
  void force() throws IOException {
    List<Segment> segments;
    boolean withDirectory;
    synchronized (unforced) {
      segments = List.copyOf(unforced);
      unforced.clear();
      withDirectory = isDirectoryUnforced;
      isDirectoryUnforced = false;
    }
    boolean done = false;
    try {
      if (withDirectory) {
        directory.force();
      }
      for (Segment segment : segments) {
        // A file of its own: whoever adds may close theirs meanwhile.
        try (var open = new RandomAccessFile(segment.path.toFile(), "r")) {
          disk.force(open);
        } catch (IOException e) {
          if (!Files.notExists(segment.path)) { // deleted, since acknowledged
            throw e;
          }
        }
      }
      done = true;
    } finally {
      if (!done) {
        giveUp(); // what was written since the last time may never come to the disk
        synchronized (unforced) {
          unforced.addAll(0, segments);
          isDirectoryUnforced |= withDirectory;
        }
      }
    }
  }

  /**
   * Deletes the segments whose records were all acknowledged, except the newest. <b>Thread</b>:
   * kauditd.
   *
   * @return how long they were together
   */
  long delete(long acknowledged, Cursor cursor) throws IOException {
    long bytes = 0;
    Segment oldest = segments.peekFirst();
    while (oldest != null && oldest.last <= acknowledged && oldest != segments.peekLast()) {
      cursor.settle(); // or the records in it would seem to be missing
      directory.delete(oldest);
      segments.removeFirst();
      bytes += oldest.lengthBytes;
      oldest = segments.peekFirst();
    }
    return bytes;
  }

  /** Deletes all segments, in which there is nothing left. <b>Thread</b>: kauditd, at the end. */
  void deleteAll() throws IOException {
    for (Segment each : segments) {
      directory.delete(each);
    }
  }

  /** The sequence of the record that was taken last. <b>Thread</b>: any. */
  long lastSequence() {
    return nextSequence - 1;
  }

  /** Sequences that nothing has, and that are not missed. <b>Thread</b>: any. */
  long skipped() {
    return skipped;
  }

  /** The highest number that a record had. <b>Thread</b>: any. */
  long highestNumber() {
    return highestNumber;
  }

  /** Before the first record is written: numbers up to this one were given elsewhere. */
  void numbersAbove(long number) {
    highestNumber = Math.max(highestNumber, number);
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
