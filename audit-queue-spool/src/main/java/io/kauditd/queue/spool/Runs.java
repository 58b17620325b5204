// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import io.kauditd.queue.spool.SegmentReader.Found;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Puts the runs of all segments in order, so that each sequence is in it once. A sequence can occur
 * twice if somebody has copied a segment or restored an old one. The same record is offered once. A
 * different record with the same sequence is a stray, and gets a new place at the end.
 */
final class Runs {
  private static final Comparator<Run> ORDER =
      Comparator.<Run>comparingLong(run -> run.first).thenComparing(run -> run.segment.path);

  private final List<Run> ordered = new ArrayList<>();
  private final List<Run> strays = new ArrayList<>();

  private Runs() {}

  /** Puts runs in order. */
  static Runs of(Collection<Run> found) throws IOException {
    Runs runs = new Runs();
    var left = new PriorityQueue<Run>(ORDER);
    left.addAll(found);
    Walk last = null; // over the last in order
    try {
      for (Run run = left.poll(); run != null; run = left.poll()) {
        // None begins before the last in order does: what is not behind it is within it.
        if (last == null || run.first > last.run.last()) {
          runs.ordered.add(run);
          close(last);
          last = new Walk(run);
        } else {
          Run rest = runs.compare(run, last);
          if (rest != null) {
            left.add(rest);
          }
        }
      }
    } finally {
      close(last);
    }
    return runs;
  }

  private static void close(@Nullable Walk walk) throws IOException {
    if (walk != null) {
      walk.close();
    }
  }

  /** In the order of their sequences, without one that is there twice. */
  List<Run> ordered() {
    return ordered;
  }

  /** Records whose sequences others have. */
  List<Run> strays() {
    return strays;
  }

  /**
   * Looks which records of a run are others than those of a run in order; returns what is behind.
   */
  private @Nullable Run compare(Run run, Walk twin) throws IOException {
    try (var walk = new Walk(run)) {
      for (long sequence = run.first; sequence <= run.last(); sequence++) {
        if (sequence > twin.run.last()) {
          Run rest = new Run(run.segment, sequence, walk.offset());
          rest.end = run.end;
          return rest;
        }
        long offset = walk.offset();
        walk.to(sequence);
        twin.to(sequence);
        if (!walk.reader.isSame(twin.reader)) {
          addStray(run.segment, sequence, offset, walk.offset());
        }
      }
      return null;
    }
  }

  private void addStray(Segment segment, long sequence, long offset, long end) {
    Run last = strays.isEmpty() ? null : strays.getLast();
    if (last == null
        || last.segment != segment
        || last.end.bytes() != offset
        || last.end.sequence() != sequence) {
      last = new Run(segment, sequence, offset);
      strays.add(last);
    }
    last.grow((int) (end - offset), 1);
  }

  /** Goes over the records of a run. */
  static final class Walk implements AutoCloseable {
    final Run run;
    final SegmentReader reader;
    private long offset; // where the next one begins
    private long next;

    Walk(Run run) {
      this.run = run;
      this.reader = new SegmentReader(run.segment);
      rewind();
    }

    private void rewind() {
      offset = run.startBytes;
      next = run.first;
    }

    boolean hasNext() {
      return next <= run.last();
    }

    /** Where the next record begins. */
    long offset() {
      return offset;
    }

    /** Goes to the next record. */
    AuditRecord next() throws IOException {
      to(next);
      return reader.record();
    }

    /** Goes to a record, which the reader has found then. */
    void to(long sequence) throws IOException {
      if (sequence < next) {
        rewind();
      }
      while (next <= sequence) {
        if (reader.look(offset, run.end.bytes()) != Found.RECORD || reader.sequence() != next) {
          throw new IOException("the segment " + run.segment + " is changed by somebody just now");
        }
        offset = reader.end();
        next++;
      }
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
