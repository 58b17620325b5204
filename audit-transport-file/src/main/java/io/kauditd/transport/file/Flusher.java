// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.spi.Counts;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forces what was written to the disk, when the {@link FlushMode} says so. */
final class Flusher {
  private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);

  private final FlushMode mode;
  private final int everyRecords;
  private long unforced;

  /**
   * @param everyRecords how many records may be unforced in the incremental mode
   */
  Flusher(FlushMode mode, int everyRecords) {
    this.mode = mode;
    this.everyRecords = everyRecords;
  }

  /** A file was opened: if it is new, its name has to come to the disk too. */
  void opened(LogFile file) throws IOException {
    unforced = 0;
    if (mode.forces() && file.isNew()) {
      file.directory().force();
    }
  }

  /**
   * Records were written.
   *
   * @throws IOException if they had to be forced and were not
   */
  void wrote(LogFile file, int records) throws IOException {
    unforced += records;
    if (mode.forcesBatches() || (mode == FlushMode.INCREMENTAL && unforced >= everyRecords)) {
      forceAll(file);
    }
  }

  /** Forces whatever was not yet forced. */
  void forceAll(LogFile file) throws IOException {
    if (mode.forces() && unforced > 0) {
      long records = unforced;
      unforced = 0;
      try {
        file.force(mode);
      } catch (IOException e) {
        if (mode == FlushMode.INCREMENTAL) {
          LOG.warn(
              "{} could not be forced to the disk: the last {} written to it may be lost",
              file.path(),
              Counts.of(records, "record that was", "records that were"));
        }
        throw e;
      }
    }
  }
}
