// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import io.kauditd.queue.spool.SegmentReader.Found;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * The end of a spool where records come out: reads run by run, and remembers where the records in
 * flight lie. A run has a record for each of its sequences. If one can no longer be read, it was
 * damaged after the spool was opened.
 *
 * <p>The kauditd thread alone uses it.
 */
final class Outlet implements AutoCloseable {
  private final InFlight inFlight = new InFlight();
  private Run run;
  private @Nullable SegmentReader reader;
  private long offset;
  private long expected;
  private long seen; // the last sequence that was given or found missing
  private long missing;
  private boolean isDamaged;

  /** Begins behind a run that holds nothing. */
  Outlet(Run before) {
    this.run = before;
    this.offset = before.startBytes;
    this.expected = before.first;
  }

  /**
   * Takes the next record in flight; returns null if there is none.
   *
   * @throws IOException if it cannot be read just now
   */
  @Nullable AuditRecord next() throws IOException {
    while (true) {
      // First whether there is a run behind: then the end is the last one.
      Run behind = run.next;
      Run.End end = run.end;
      if (offset >= end.bytes()) {
        if (behind == null) {
          return null;
        }
        go(behind, behind.startBytes, behind.first);
      } else if (find(end)) {
        SegmentReader open = opened();
        inFlight.add(run, offset, expected);
        offset = open.end();
        seen = Math.max(seen, expected);
        expected++;
        return open.record();
      } else {
        isDamaged |= behind == null;
      }
    }
  }

  /** Goes to the next record before the end of the run, which the reader has found then. */
  private boolean find(Run.End end) throws IOException {
    SegmentReader open = opened();
    try {
      if (open.look(offset, end.bytes()) == Found.RECORD && open.sequence() == expected) {
        return true;
      }
      for (long at = offset; ; at = open.end()) {
        at = open.search(at, end.bytes());
        if (at == end.bytes()) {
          break;
        }
        if (open.isRecord() && open.sequence() >= expected && open.sequence() < end.sequence()) {
          miss(open.sequence());
          offset = at;
          return true;
        }
      }
    } catch (EOFException e) {
      // somebody has cut the file
    } catch (IOException e) {
      if (!Files.notExists(run.segment.path)) { // or somebody has deleted it
        throw e;
      }
    }
    miss(end.sequence());
    offset = end.bytes(); // where a whole frame begins, if more are written meanwhile
    return false;
  }

  /** The records before a sequence are not there any more. */
  private void miss(long behind) {
    long from = Math.max(expected, seen + 1);
    missing += Math.max(0, behind - from);
    seen = Math.max(seen, behind - 1);
    expected = behind;
  }

  /** How many records were found missing since this was asked the last time. */
  long takeMissing() {
    long now = missing;
    missing = 0;
    return now;
  }

  /** Whether the newest segment was found damaged since this was asked the last time. */
  boolean takeDamaged() {
    boolean now = isDamaged;
    isDamaged = false;
    return now;
  }

  private SegmentReader opened() {
    SegmentReader open = reader;
    if (open == null) {
      open = new SegmentReader(run.segment);
      reader = open;
    }
    return open;
  }

  private void go(Run to, long newOffset, long newExpected) {
    if (to.segment != run.segment) {
      close();
    }
    run = to;
    offset = newOffset;
    expected = newExpected;
  }

  int inFlight() {
    return inFlight.size();
  }

  /** Forgets the oldest in flight, one or more; returns the sequence of the youngest of them. */
  long acknowledge(int count) {
    return inFlight.removeOldest(count);
  }

  /** Goes back to the oldest of the youngest in flight, of which there are one or more. */
  void putBack(int count) {
    InFlight.Place place = inFlight.removeYoungest(count);
    go(place.run(), place.offset(), place.sequence());
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
