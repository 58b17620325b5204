// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
  RotationPeriod period = RotationPeriod.NEVER;
  Compression compression = Compression.NONE;
  long maxTotalBytes;
  SpaceLimit spaceLeft = SpaceLimit.NONE;
  DiskAction spaceLeftAction = DiskAction.LOG;
  SpaceLimit adminSpaceLeft = SpaceLimit.NONE;
  DiskAction adminSpaceLeftAction = DiskAction.STOP;
  DiskAction diskFullAction = DiskAction.LOG;
  Clock clock = Clock.systemUTC();
  Supplier<ZoneId> zone = ZoneId::systemDefault;

  FileTransportBuilder(Path path) {
    this.path = Objects.requireNonNull(path, "path");
  }

  /** When what was written is forced to the disk; {@link FlushMode#INCREMENTAL} if not set. */
  public FileTransportBuilder flush(FlushMode mode) {
    this.flush = Objects.requireNonNull(mode, "mode");
    return this;
  }

  /**
   * After how many records the incremental mode forces the file to the disk, from 1 to 1,000,000;
   * 1,000 if not set.
   */
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

  /**
   * The period after which a new log begins, by the system's clock and time zone; no period if not
   * set.
   */
  public FileTransportBuilder period(RotationPeriod rotationPeriod) {
    this.period = Objects.requireNonNull(rotationPeriod, "rotationPeriod");
    return this;
  }

  /** The clock, with its time zone, that decides when a period is over; the system's if not set. */
  public FileTransportBuilder clock(Clock periodClock) {
    this.clock = Objects.requireNonNull(periodClock, "periodClock");
    this.zone = periodClock::getZone;
    return this;
  }

  /**
   * How rotated logs are compressed; not at all if not set.
   *
   * @throws IllegalArgumentException if a library is missing for it
   */
  public FileTransportBuilder compression(Compression how) {
    how.check();
    this.compression = how;
    return this;
  }

  /**
   * The maximum size of all rotated logs together, 4,096 bytes or more; the oldest are deleted
   * first. No limit if not set. The current log does not count.
   */
  public FileTransportBuilder maxTotalBytes(long bytes) {
    if (bytes < MIN_SIZE_BYTES) {
      throw new IllegalArgumentException("maxTotalBytes " + bytes + " is below " + MIN_SIZE_BYTES);
    }
    this.maxTotalBytes = bytes;
    return this;
  }

  /** What to do when less of the disk is free than this limit; nothing if not set. */
  public FileTransportBuilder spaceLeft(SpaceLimit limit, DiskAction action) {
    this.spaceLeft = Objects.requireNonNull(limit, "limit");
    this.spaceLeftAction = Objects.requireNonNull(action, "action");
    return this;
  }

  /** What to do at a second, lower limit: the last chance to act. */
  public FileTransportBuilder adminSpaceLeft(SpaceLimit limit, DiskAction action) {
    this.adminSpaceLeft = Objects.requireNonNull(limit, "limit");
    this.adminSpaceLeftAction = Objects.requireNonNull(action, "action");
    return this;
  }

  /**
   * What to do when records do not fit on the disk; a warning if not set. The records wait in any
   * case.
   */
  public FileTransportBuilder diskFull(DiskAction action) {
    this.diskFullAction = Objects.requireNonNull(action, "action");
    return this;
  }

  private static int inRange(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " " + value + " is not between " + min + " and " + max);
    }
    return value;
  }

  /**
   * Makes the transport. It does nothing before it is opened.
   *
   * @throws IllegalArgumentException if the second limit of free space is not the lower one, or a
   *     program that an action names cannot be run
   */
  public FileTransport build() {
    spaceLeftAction.check("space-left-action");
    adminSpaceLeftAction.check("admin-space-left-action");
    diskFullAction.check("disk-full-action");
    if (!spaceLeft.isNone()
        && !adminSpaceLeft.isNone()
        && spaceLeft.isComparableWith(adminSpaceLeft)
        && !spaceLeft.isSurelyAbove(adminSpaceLeft)) {
      throw new IllegalArgumentException(
          "admin-space-left (" + adminSpaceLeft + ") is not below space-left (" + spaceLeft + ")");
    }
    return build(System::nanoTime);
  }

  FileTransport build(LongSupplier nanoTime) {
    return new FileTransport(this, nanoTime);
  }
}
