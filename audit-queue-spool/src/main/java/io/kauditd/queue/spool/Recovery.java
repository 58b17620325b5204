// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.spi.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the records that an earlier run has left. It reads every segment, and collects the
 * sequences behind the acknowledged one, wherever they are. Missing sequences are lost records. The
 * cursor says how many of them were counted before, so that each is counted once.
 *
 * <p>A segment is never changed. It is deleted when everything readable in it was acknowledged, and
 * put aside when nothing in it is readable.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final SpoolDirectory directory;
  private final Cursor cursor;
  private final long mostRecords;
  private final List<SegmentScan> scans = new ArrayList<>();
  private final ArrayDeque<Segment> kept = new ArrayDeque<>();
  private List<Run> runs = List.of();
  private List<Run> strays = List.of();
  private long acknowledged;
  private long last;
  private long counted;
  private long highestNumber;
  private long records;
  private long lost;
  private long bytes;

  Recovery(SpoolBuilder options, SpoolDirectory directory, Cursor cursor) {
    this.directory = directory;
    this.cursor = cursor;
    this.mostRecords = options.maxSizeBytes / Frame.MIN_BYTES;
  }

  /**
   * Looks at all that is there.
   *
   * @throws IOException if a file cannot be read, which may pass: nothing is given up for that
   */
  void run() throws IOException {
    boolean isKnown = cursor.read();
    acknowledged = isKnown ? cursor.state().acknowledged() : Long.MIN_VALUE;
    scan();
    if (!isKnown) {
      guess();
    }
    last = last(cursor.state().taken());
    order();
    count();
    remember(isKnown);
    keep();
    if (lost > 0) {
      LOG.warn(
          "the spool {} is damaged: {} lost; {} left",
          directory,
          Counts.of(lost, "record in it is", "records in it are"),
          Counts.of(records, "is", "are"));
    }
  }

  private void scan() throws IOException {
    for (Segment segment : directory.segments()) {
      SegmentScan scan = new SegmentScan(segment, acknowledged);
      scan.run();
      scans.add(scan);
      highestNumber = Math.max(highestNumber, scan.highestNumber());
    }
    highestNumber = Math.max(highestNumber, cursor.state().highestNumber());
  }

  /** Nobody tells any more what was acknowledged: all that is there is offered. */
  private void guess() {
    long lowest = Long.MAX_VALUE;
    for (SegmentScan scan : scans) {
      if (scan.hasRecords()) {
        lowest = Math.min(lowest, Math.min(scan.lowest(), scan.segment.first));
      }
    }
    if (directory.isNew()) {
      acknowledged = 0;
      return;
    }
    LOG.warn(
        "the spool {} does not tell any more which records were acknowledged; those in its oldest"
            + " segment are delivered, some of them perhaps again",
        directory);
    // What was given is not known, so that it goes on where nothing has ever been: above as much as
    // a spool could have given in all the time since 1970, one a microsecond.
    long unused = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    highestNumber = Math.max(highestNumber, unused);
    if (scans.isEmpty()) {
      acknowledged = unused;
    } else {
      acknowledged = (lowest < Long.MAX_VALUE ? lowest : scans.getFirst().segment.first) - 1;
    }
  }

  /** The last sequence that was taken, as far as anything tells. */
  private long last(long taken) {
    long sure = Math.max(acknowledged, taken);
    for (SegmentScan scan : scans) {
      sure = Math.max(sure, scan.highest());
    }
    // A segment was begun when all before it were taken. Its name alone may be anybody's.
    long named = sure;
    boolean endsDamaged = false;
    for (SegmentScan scan : scans) {
      long before = scan.segment.first - 1;
      if (before > named && before - sure <= mostRecords) {
        named = before;
      }
      boolean isLast = scan.hasRecords() ? scan.highest() == sure : before == sure;
      endsDamaged |= isLast && scan.endsDamaged();
    }
    if (named > sure) {
      return named;
    }
    // How many there were at the damaged end of the last segment is not known: one at least.
    return endsDamaged ? sure + 1 : sure;
  }

  private void order() throws IOException {
    var found = new ArrayList<Run>();
    for (SegmentScan scan : scans) {
      found.addAll(scan.runs);
    }
    Runs both = Runs.of(found);
    runs = both.ordered();
    strays = both.strays();
    for (Run run : runs) {
      records += run.last() - run.first + 1;
    }
  }

  private void count() {
    long missing = last - acknowledged - records;
    long before = cursor.knowsCounted() ? cursor.state().counted() : countedEarlier();
    lost = Math.max(0, missing - before);
    counted = missing;
  }

  /** How many of those that are missing an earlier version has counted, and marked. */
  private long countedEarlier() {
    var marks = new ArrayList<SegmentScan.Mark>();
    for (SegmentScan scan : scans) {
      marks.addAll(scan.marks());
    }
    marks.sort(Comparator.comparingLong(SegmentScan.Mark::first));
    long sum = 0;
    long from = acknowledged + 1; // not looked at yet
    for (SegmentScan.Mark mark : marks) {
      from = Math.max(from, mark.first());
      long to = Math.min(mark.last(), last);
      if (from <= to) {
        sum += to - from + 1 - there(from, to);
        from = to + 1;
      }
    }
    return sum;
  }

  /** How many records of a range of sequences are there. */
  private long there(long from, long to) {
    long sum = 0;
    for (Run run : runs) {
      sum += Math.max(0, Math.min(to, run.last()) - Math.max(from, run.first) + 1);
    }
    return sum;
  }

  /** Decides which segments stay. */
  private void keep() throws IOException {
    for (SegmentScan scan : scans) {
      scan.segment.last = 0;
    }
    for (Run run : runs) {
      run.segment.last = Math.max(run.segment.last, run.last());
    }
    Set<Segment> withStrays = new HashSet<>();
    for (Run stray : strays) {
      withStrays.add(stray.segment);
    }
    var staying = new ArrayList<Segment>();
    for (SegmentScan scan : scans) {
      if (withStrays.contains(scan.segment)) { // until the next start, or their adoption
        bytes += scan.segment.lengthBytes;
      } else if (scan.segment.last > 0) {
        staying.add(scan.segment);
        bytes += scan.segment.lengthBytes;
      } else if (scan.hasRecords() || isEmpty(scan.segment)) {
        cursor.settle(); // or the records in it would seem to be missing
        directory.delete(scan.segment);
      } else {
        putAside(scan.segment);
      }
    }
    staying.sort(Comparator.comparingLong(segment -> segment.last));
    kept.addAll(staying);
  }

  private static boolean isEmpty(Segment segment) throws IOException {
    try (var reader = new SegmentReader(segment)) {
      return reader.isZero(0, segment.lengthBytes);
    }
  }

  private void putAside(Segment segment) {
    try {
      Path to = directory.putAside(segment);
      LOG.warn(
          "nothing in the segment {} of the spool can be read; it is kept as {}, which may be"
              + " deleted",
          segment,
          to.getFileName());
    } catch (IOException e) {
      LOG.warn(
          "nothing in the segment {} of the spool can be read, and it cannot be put aside: {}",
          segment,
          IoWords.of(e));
    }
  }

  private void remember(boolean isKnown) throws IOException {
    if (records == 0) { // what is left tells of losses alone, which are counted
      acknowledged = last;
      counted = 0;
    }
    var state = new Cursor.State(acknowledged, last, counted, highestNumber);
    if (!isKnown || !cursor.isSettled(state)) {
      // Both slots: what is counted must not be counted again when one of them is damaged.
      cursor.begin(state);
    }
  }

  /** The segments that hold something, in the order in which they can be deleted. */
  ArrayDeque<Segment> segments() {
    return kept;
  }

  /** The records, in order. */
  List<Run> runs() {
    return runs;
  }

  /** Records that need a new place, since others have their sequences. */
  List<Run> strays() {
    return strays;
  }

  /** The sequence that was acknowledged last. */
  long acknowledged() {
    return acknowledged;
  }

  /** How many behind it are missing, and counted. */
  long counted() {
    return counted;
  }

  /** The sequence that the next record gets. */
  long nextSequence() {
    return last + 1;
  }

  /** The highest number that a record had. */
  long highestNumber() {
    return highestNumber;
  }

  /** Records that are there, but for strays. */
  long records() {
    return records;
  }

  /** Records that are missing or damaged, and were not counted before. */
  long lost() {
    return lost;
  }

  /** How long the segments are together. */
  long bytes() {
    return bytes;
  }
}
