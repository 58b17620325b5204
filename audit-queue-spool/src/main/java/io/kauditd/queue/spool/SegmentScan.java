// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.queue.spool.SegmentReader.Found;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The runs of a segment that an earlier run of the program has left, with every intact record. It
 * only reads.
 */
final class SegmentScan {
  final Segment segment;

  /** The records behind the acknowledged one. */
  final List<Run> runs = new ArrayList<>();

  private final List<Mark> marks = new ArrayList<>();
  private final long acknowledged;
  private boolean hasRecords;
  private long lowest = Long.MAX_VALUE;
  private long highest;
  private long highestNumber;
  private boolean endsDamaged;

  /**
   * Records that an earlier version found damaged, and counted.
   *
   * @param first the first sequence
   * @param last the last sequence
   */
  record Mark(long first, long last) {}

  SegmentScan(Segment segment, long acknowledged) {
    this.segment = segment;
    this.acknowledged = acknowledged;
  }

  /**
   * Reads the segment.
   *
   * @throws IOException if it cannot be read, which may pass
   */
  void run() throws IOException {
    long offset = 0;
    try (var reader = new SegmentReader(segment)) {
      long size = segment.lengthBytes;
      while (offset < size) {
        Found found = reader.look(offset, size);
        switch (found) {
          case RECORD -> {
            take(reader, offset);
            offset = reader.end();
          }
          case LOST -> {
            long first = reader.sequence();
            marks.add(new Mark(first, first + Math.max(0, reader.lost()) - 1));
            offset = reader.end();
          }
          case TORN, DAMAGED, NOTHING -> {
            long behind = reader.search(offset + 1, size);
            if (behind == size) {
              endsDamaged = !isCutOff(reader, found, offset, size);
            }
            offset = behind;
          }
        }
      }
    } catch (EOFException e) {
      segment.lengthBytes = offset; // somebody has cut it just now
    } catch (IOException e) {
      throw new IOException(
          "cannot read the segment "
              + segment
              + " from byte "
              + offset
              + " on: "
              + IoWords.of(e)
              + "; move it elsewhere to go on without its records, which then count as lost",
          e);
    }
  }

  /**
   * Whether what stands at the end is a frame that was being written: a part of one, one that had
   * no marker yet, or a place where the file has grown and its data never came to the disk.
   */
  private static boolean isCutOff(SegmentReader reader, Found found, long offset, long size)
      throws IOException {
    return found == Found.TORN
        || size - offset < Frame.HEADER_BYTES
        || reader.isZero(offset, offset + Integer.BYTES);
  }

  private void take(SegmentReader reader, long offset) {
    long sequence = reader.sequence();
    hasRecords = true;
    lowest = Math.min(lowest, sequence);
    highest = Math.max(highest, sequence);
    highestNumber = Math.max(highestNumber, reader.number());
    if (sequence <= acknowledged) {
      return;
    }
    Run run = runs.isEmpty() ? null : runs.getLast();
    if (run == null || run.end.sequence() != sequence || run.end.bytes() != offset) {
      run = new Run(segment, sequence, offset);
      runs.add(run);
    }
    run.grow((int) (reader.end() - offset), 1);
  }

  /** What an earlier version has counted. */
  List<Mark> marks() {
    return marks;
  }

  /** Whether there is any record that is whole. */
  boolean hasRecords() {
    return hasRecords;
  }

  /** The lowest sequence of a record. */
  long lowest() {
    return lowest;
  }

  /** The highest sequence of a record; 0 if there is none. */
  long highest() {
    return highest;
  }

  /** The highest number of a record; 0 if none has one. */
  long highestNumber() {
    return highestNumber;
  }

  /** Whether it ends with something that is no part of a frame that was being written. */
  boolean endsDamaged() {
    return endsDamaged;
  }
}
