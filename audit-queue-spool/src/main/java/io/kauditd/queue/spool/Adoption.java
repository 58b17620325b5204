// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.spi.Counts;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives strays a new place: adds them again at the end of the spool, and invalidates the frames
 * where they were found. They come late, because another record has their old place.
 */
final class Adoption {
  private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
  private static final int MARKER_BYTES = 4;

  private final SpoolDirectory directory;
  private final Inlet inlet;
  private long adopted;

  Adoption(SpoolDirectory directory, Inlet inlet) {
    this.directory = directory;
    this.inlet = inlet;
  }

  /** Adopts strays; returns how many. Those it cannot adopt stay as they are for the next start. */
  long adopt(List<Run> strays) {
    Set<Segment> segments = new LinkedHashSet<>();
    try {
      for (Run run : strays) {
        if (!copy(run)) {
          throw new IOException("there is no room for them");
        }
        inlet.force();
        erase(run);
        segments.add(run.segment);
      }
      for (Segment segment : segments) {
        if (segment.last == 0) { // nothing else is in it
          directory.delete(segment);
          inlet.deleted(segment.lengthBytes);
        }
      }
    } catch (IOException e) {
      LOG.warn(
          "the spool {} has records with the sequences of others, as when an old segment was put"
              + " back, and cannot take all of them now: {}; the next start tries again",
          directory,
          IoWords.of(e));
    }
    if (adopted > 0) {
      LOG.warn(
          "the spool {} has {} with the sequences of others, as when an old segment was put"
              + " back; they come last",
          directory,
          Counts.of(adopted, "record"));
    }
    return adopted;
  }

  private boolean copy(Run run) throws IOException {
    try (var walk = new Runs.Walk(run)) {
      while (walk.hasNext()) {
        if (!inlet.add(walk.next(), Integer.MAX_VALUE)) {
          return false;
        }
        adopted++;
      }
    }
    return true;
  }

  private void erase(Run run) throws IOException {
    try (var file = new RandomAccessFile(run.segment.path.toFile(), "rw");
        var walk = new Runs.Walk(run)) {
      while (walk.hasNext()) {
        long offset = walk.offset();
        walk.next();
        directory.disk().write(file, offset, new byte[MARKER_BYTES], 0, MARKER_BYTES);
      }
    }
  }
}
