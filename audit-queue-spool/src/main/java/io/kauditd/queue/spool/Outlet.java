// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import io.kauditd.queue.spool.InFlight.Place;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * The end of a spool where records come out: reads the segments from the oldest on, and remembers
 * where the records in flight lie. Of each segment it knows how many records it should have given
 * when it has come to its end; those it did not are lost.
 *
 * <p>The kauditd thread alone uses it.
 */
final class Outlet implements AutoCloseable {
  private final InFlight inFlight = new InFlight();
  private Segment segment;
  private @Nullable SegmentReader reader;
  private long offset;
  private long ordinal; // records of the segment that were polled
  private long expected;
  private @Nullable AuditRecord polled;

  /** Begins behind a segment that holds nothing, at a sequence. */
  Outlet(Segment before, long expected) {
    this.segment = before;
    this.expected = expected;
  }

  /** How {@link #next} ended. */
  enum End {
    /** With a record. */
    RECORD,
    /** At the end of a segment; {@link #missing} tells what it did not give. */
    SEGMENT,
    /** Behind a part of the newest segment that cannot be read. */
    DAMAGED
  }

  /** The record that {@link #next} found. */
  AuditRecord polled() {
    AuditRecord record = polled;
    if (record == null) {
      throw new IllegalStateException("nothing was found");
    }
    return record;
  }

  /**
   * Goes on to the next record of the segment, or to its end.
   *
   * @throws IOException if the segment cannot be read just now
   */
  End next() throws IOException {
    SegmentReader open = opened();
    while (true) {
      // First whether there is a segment behind: then the length is the last one.
      boolean isEnded = segment.next != null;
      long limit = segment.readableBytes;
      switch (look(open, limit)) {
        case RECORD -> {
          long sequence = open.sequence();
          inFlight.add(new Place(segment, offset, ordinal, sequence));
          polled = open.record();
          offset = open.end();
          expected = sequence + 1;
          ordinal++;
          return End.RECORD;
        }
        case LOST, DAMAGED -> {
          offset = open.end();
          expected = Math.max(expected, open.through() + 1);
        }
        case DAMAGED_TO_THE_END, TORN -> {
          offset = limit; // where a whole frame begins, if more were written meanwhile
          if (!isEnded) {
            return End.DAMAGED;
          }
        }
        case END -> {
          return End.SEGMENT;
        }
      }
    }
  }

  private SegmentReader.Found look(SegmentReader open, long limit) throws IOException {
    try {
      return open.look(offset, limit, expected);
    } catch (IOException e) {
      if (Files.notExists(segment.path)) { // somebody has deleted it; not if nobody can tell
        return SegmentReader.Found.DAMAGED_TO_THE_END;
      }
      throw e;
    }
  }

  private SegmentReader opened() {
    SegmentReader open = reader;
    if (open == null) {
      open = new SegmentReader(segment);
      reader = open;
    }
    return open;
  }

  /** Whether the outlet stands at the end of the segment as it is now. */
  boolean isAtEnd() {
    return offset >= segment.readableBytes;
  }

  /** Records that the segment should have given so far and did not; they are not told again. */
  long missing() {
    long missing = segment.records - segment.lost - ordinal;
    segment.lost += missing;
    return missing;
  }

  /** Goes on to the segment behind, if there is one. */
  boolean toNextSegment() {
    Segment next = segment.next;
    if (next == null) {
      return false;
    }
    go(next, next.startBytes, 0, Math.max(expected, next.first));
    return true;
  }

  private void go(Segment to, long newOffset, long newOrdinal, long newExpected) {
    if (to != segment) {
      close();
    }
    segment = to;
    offset = newOffset;
    ordinal = newOrdinal;
    expected = newExpected;
  }

  int inFlight() {
    return inFlight.size();
  }

  /** Forgets the oldest in flight, one or more; returns the sequence of the youngest of them. */
  long acknowledge(int count) {
    return inFlight.removeOldest(count).sequence();
  }

  /** Goes back to the oldest of the youngest in flight, of which there are one or more. */
  void putBack(int count) {
    Place place = inFlight.removeYoungest(count);
    go(place.segment(), place.offset(), place.ordinal(), place.sequence());
  }

  /** Whether it still reads a segment. */
  boolean reads(Segment other) {
    return segment == other;
  }

  @Override
  public void close() {
    SegmentReader open = reader;
    reader = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // it was only read
      }
    }
  }
}
