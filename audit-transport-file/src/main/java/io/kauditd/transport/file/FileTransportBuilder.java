// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link FileTransport}; {@link FileTransport#builder} makes one.
 *
 * @since 0.1.0
 */
public final class FileTransportBuilder {
  /** Records that may be unforced in the mode {@link FlushMode#INCREMENTAL}, if nothing is said. */
  static final int DEFAULT_FLUSH_RECORDS = 1000;

  /** Rotated logs that are kept if nothing is said. */
  static final int DEFAULT_KEEP = 5;

  static final long MIN_SIZE_BYTES = 4096;
  static final int MAX_KEEP = 999;
  static final int MAX_FLUSH_RECORDS = 1_000_000;

  final Path path;
  FlushMode flush = FlushMode.INCREMENTAL;
  int flushRecords = DEFAULT_FLUSH_RECORDS;
  long maxSizeBytes;
  int keep = DEFAULT_KEEP;
  @Nullable String group;

  FileTransportBuilder(Path path) {
    this.path = Objects.requireNonNull(path, "path");
  }

  /** When what was written is forced to the disk; {@link FlushMode#INCREMENTAL} if not set. */
  public FileTransportBuilder flush(FlushMode mode) {
    this.flush = Objects.requireNonNull(mode, "mode");
    return this;
  }

  /** After how many records the incremental mode forces, from 1 to 1,000,000; 1,000 if not set. */
  public FileTransportBuilder flushRecords(int records) {
    this.flushRecords = inRange("flushRecords", records, 1, MAX_FLUSH_RECORDS);
    return this;
  }

  /**
   * The size from which a log is rotated, 4,096 bytes or more; never if not set. A log ends with
   * the line that reaches it.
   */
  public FileTransportBuilder maxSizeBytes(long bytes) {
    if (bytes < MIN_SIZE_BYTES) {
      throw new IllegalArgumentException("maxSizeBytes " + bytes + " is below " + MIN_SIZE_BYTES);
    }
    this.maxSizeBytes = bytes;
    return this;
  }

  /** How many rotated logs are kept, from 1 to 999; 5 if not set. */
  public FileTransportBuilder keep(int files) {
    this.keep = inRange("keep", files, 1, MAX_KEEP);
    return this;
  }

  /** The group that may read the log; none if not set. */
  public FileTransportBuilder group(String name) {
    this.group = Objects.requireNonNull(name, "name");
    return this;
  }

  private static int inRange(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " " + value + " is not between " + min + " and " + max);
    }
    return value;
  }

  /** The transport; it does nothing before it is opened. */
  public FileTransport build() {
    return new FileTransport(this);
  }
}
