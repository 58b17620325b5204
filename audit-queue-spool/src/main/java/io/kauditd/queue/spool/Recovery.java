// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.queue.spool.SegmentReader.Found;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what an earlier run has left: reads every segment, counts the records that are there
 * and were not acknowledged, and those that are missing, which the sequences tell, and the cursor
 * for those at the end.
 *
 * <p>What is damaged is covered by a frame that says how many records lay there, so that the next
 * start does not count them again. A frame that the newest segment ends in the middle of was never
 * reported as taken, if the cursor does not say otherwise: it is cut off, and not counted.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final SpoolDirectory directory;
  private final Cursor cursor;
  private final CRC32C crc = new CRC32C();
  private final List<Segment> kept = new ArrayList<>();
  private long acknowledged;
  private long expected;
  private long records;
  private long lost;
  private long bytes;

  Recovery(SpoolDirectory directory, Cursor cursor) {
    this.directory = directory;
    this.cursor = cursor;
  }

  /**
   * Looks at all that is there.
   *
   * @throws IOException if a file cannot be read, which may pass: nothing is given up for that
   */
  void run() throws IOException {
    List<Segment> found = directory.segments();
    begin(found);
    for (int i = 0; i < found.size(); i++) {
      boolean isNewest = i == found.size() - 1;
      recover(found.get(i), isNewest ? null : found.get(i + 1));
    }
    if (found.isEmpty()) {
      lose(acknowledged + 1, cursor.taken());
    }
    expected = Math.max(expected, Math.max(acknowledged, cursor.taken()) + 1);
    if (records == 0) {
      beginAnew();
    }
    if (lost > 0) {
      LOG.warn(
          "the spool {} is damaged: {} records in it are lost; {} are left",
          directory,
          lost,
          records);
    }
  }

  private void begin(List<Segment> found) throws IOException {
    long first = found.isEmpty() ? 1 : found.get(0).first;
    if (!cursor.read()) {
      cursor.begin(first - 1);
      if (!found.isEmpty()) {
        LOG.warn(
            "the spool {} does not tell any more which records were acknowledged; those in its"
                + " oldest segment are delivered, some of them perhaps again",
            directory);
      }
    }
    acknowledged = cursor.acknowledged();
    if (!found.isEmpty() && first > acknowledged + 1) { // segments are gone from the front
      lose(acknowledged + 1, first - 1);
      acknowledged = first - 1;
      cursor.write(acknowledged, Math.max(acknowledged, cursor.taken()));
    }
    expected = first;
  }

  /** There is nothing to deliver: what is left tells of losses alone, which were counted. */
  private void beginAnew() throws IOException {
    if (acknowledged != expected - 1) {
      acknowledged = expected - 1;
      cursor.write(acknowledged, acknowledged);
      cursor.force();
    }
    for (Segment segment : kept) {
      directory.delete(segment);
    }
    kept.clear();
    bytes = 0;
  }

  private void recover(Segment segment, @Nullable Segment behind) throws IOException {
    if (behind != null && behind.first - 1 <= acknowledged) {
      expected = Math.max(expected, behind.first);
      directory.delete(segment);
      return;
    }
    expected = Math.max(expected, segment.first);
    long expectedBefore = expected;
    long recordsBefore = records;
    scan(segment, behind);
    segment.records = records - recordsBefore;
    if (expected > Math.max(expectedBefore, acknowledged + 1)) {
      keep(segment);
    } else {
      directory.delete(segment);
    }
  }

  private void keep(Segment segment) {
    if (!kept.isEmpty()) {
      kept.get(kept.size() - 1).next = segment;
    }
    kept.add(segment);
    bytes += segment.readableBytes;
  }

  private void scan(Segment segment, @Nullable Segment behind) throws IOException {
    long size = segment.readableBytes;
    long offset = 0;
    try (var reader = new SegmentReader(segment)) {
      for (Found found = Found.RECORD; found != Found.END; ) {
        found = reader.look(offset, size, expected);
        if (found == Found.RECORD && isOfNext(reader.sequence(), segment, behind)) {
          found = Found.TORN;
        }
        switch (found) {
          case RECORD -> {
            lose(expected, reader.sequence() - 1);
            records += reader.sequence() > acknowledged ? 1 : 0;
            expected = reader.sequence() + 1;
            offset = passed(segment, reader);
          }
          case LOST -> {
            lose(expected, reader.sequence() - 1);
            expected = reader.through() + 1;
            offset = passed(segment, reader);
          }
          case DAMAGED -> {
            long from = offset;
            offset = reader.end();
            cover(segment, from, offset, reader.through(), false);
          }
          case DAMAGED_TO_THE_END, TORN, END -> {
            offset = end(segment, behind, found, offset, size);
            found = Found.END;
          }
        }
      }
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
    segment.readableBytes = offset;
  }

  /** Whether a record was withdrawn, could not be cut off, and its sequence was given again. */
  private static boolean isOfNext(long sequence, Segment segment, @Nullable Segment behind) {
    return behind != null && behind.first > segment.first && sequence >= behind.first;
  }

  private long passed(Segment segment, SegmentReader reader) {
    if (reader.through() <= acknowledged) {
      segment.startBytes = reader.end();
    }
    return reader.end();
  }

  /** What is to be done where the whole frames of a segment end; returns where it ends then. */
  private long end(Segment segment, @Nullable Segment behind, Found found, long offset, long size) {
    long through = behind != null ? behind.first - 1 : cursor.taken();
    if (behind == null && found == Found.DAMAGED_TO_THE_END) {
      through = Math.max(through, expected); // how many there were is not known: one at least
    }
    if (through >= expected) {
      cover(segment, offset, size, through, true);
      return Math.max(size, offset + Frame.HEADER_BYTES);
    }
    if (offset < size) {
      change(segment, file -> file.setLength(offset));
    }
    return offset;
  }

  /** Counts what lay in a part of a segment as lost, and puts a frame there that says so. */
  private void cover(Segment segment, long from, long to, long through, boolean mayGrow) {
    lose(expected, through);
    if (to - from >= Frame.HEADER_BYTES || mayGrow) {
      mark(segment, from, (int) Math.max(0, to - from - Frame.HEADER_BYTES), through);
    }
    expected = Math.max(expected, through + 1);
  }

  private void mark(Segment segment, long from, int length, long through) {
    ByteBuffer header = ByteBuffer.allocate(Frame.HEADER_BYTES);
    Frame.putHeader(
        header,
        Frame.LOST,
        length,
        expected,
        Math.clamp(through - expected + 1, 0, Integer.MAX_VALUE),
        segment.salt,
        crc);
    change(
        segment,
        file -> {
          file.seek(from);
          file.write(header.array());
        });
  }

  private static void change(Segment segment, Change change) {
    try (var file = new RandomAccessFile(segment.path.toFile(), "rw")) {
      change.make(file);
    } catch (IOException e) {
      LOG.warn(
          "cannot mark the damage in the segment {} of the spool: {}; it will be counted again at"
              + " the next start",
          segment,
          IoWords.of(e));
    }
  }

  private void lose(long from, long to) {
    lost += Math.max(0, to - Math.max(from, acknowledged + 1) + 1);
  }

  /** The segments that hold something, in order, each linked to the next. */
  List<Segment> segments() {
    return kept;
  }

  /** The sequence that was acknowledged last. */
  long acknowledged() {
    return acknowledged;
  }

  /** The sequence that the next record gets. */
  long nextSequence() {
    return expected;
  }

  /** Records that are there. */
  long records() {
    return records;
  }

  /** Records that are missing or damaged. */
  long lost() {
    return lost;
  }

  /** How long the segments are together. */
  long bytes() {
    return bytes;
  }

  /** Something that is done to a segment. */
  private interface Change {
    void make(RandomAccessFile file) throws IOException;
  }
}
