// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The state of an audit system as AUDIT_GET reports it, of the kernel or of an engine in peer mode.
 * The names are the kernel's.
 *
 * @param enabled 0 off, 1 on, 2 on and locked until the next boot
 * @param failure what happens when a record is lost: 0 silent, 1 printk, 2 panic
 * @param pid the process id of the registered daemon, 0 for none
 * @param rateLimit records a second, 0 for no limit
 * @param backlogLimit records in the backlog, 0 for no limit
 * @param lost records lost
 * @param backlog records in the main queue
 * @param features a bit for each feature that this audit system has
 * @param backlogWaitTime how long a producer waits for room, in jiffies for the kernel, in
 *     milliseconds for an engine
 * @param backlogWaitTimeActual how long producers have waited so far, in the same unit
 * @since 0.1.0
 */
public record KernelStatus(
    long enabled,
    long failure,
    long pid,
    long rateLimit,
    long backlogLimit,
    long lost,
    long backlog,
    long features,
    long backlogWaitTime,
    long backlogWaitTimeActual) {

  static final int MASK_ENABLED = 1;
  static final int MASK_FAILURE = 2;
  static final int MASK_PID = 4;
  static final int MASK_RATE_LIMIT = 8;
  static final int MASK_BACKLOG_LIMIT = 0x10;
  static final int MASK_BACKLOG_WAIT_TIME = 0x20;
  static final int MASK_LOST = 0x40;
  static final int MASK_BACKLOG_WAIT_TIME_ACTUAL = 0x80;

  /** The bytes of the structure as it is now; older kernels send fewer. */
  static final int LENGTH = 44;

  /** The bytes of the structure before it grew. */
  static final int FIRST_LENGTH = 32;

  /**
   * Reads the structure.
   *
   * @param length the bytes that are there; fields beyond them are 0
   * @return the status, or null if it is too short to be one
   */
  static @Nullable KernelStatus parse(MemorySegment data, long at, int length) {
    if (length < FIRST_LENGTH) {
      return null;
    }
    return new KernelStatus(
        field(data, at, length, 4),
        field(data, at, length, 8),
        field(data, at, length, 12),
        field(data, at, length, 16),
        field(data, at, length, 20),
        field(data, at, length, 24),
        field(data, at, length, 28),
        field(data, at, length, 32),
        field(data, at, length, 36),
        field(data, at, length, 40));
  }

  private static long field(MemorySegment data, long at, int length, int offset) {
    return offset + 4 <= length
        ? Integer.toUnsignedLong(data.get(JAVA_INT_UNALIGNED, at + offset))
        : 0;
  }

  /** Writes the structure, the mask as 0. */
  void put(MemorySegment data, long at) {
    long[] fields = {
      0,
      enabled,
      failure,
      pid,
      rateLimit,
      backlogLimit,
      lost,
      backlog,
      features,
      backlogWaitTime,
      backlogWaitTimeActual
    };
    for (int i = 0; i < fields.length; i++) {
      data.set(JAVA_INT_UNALIGNED, at + 4L * i, (int) Math.min(fields[i], 0xFFFF_FFFFL));
    }
  }

  /** Writes a change for AUDIT_SET: the mask, and the one value that it names. */
  static void putChange(MemorySegment data, long at, int mask, long value) {
    data.asSlice(at, LENGTH).fill((byte) 0);
    data.set(JAVA_INT_UNALIGNED, at, mask);
    int offset =
        switch (mask) {
          case MASK_ENABLED -> 4;
          case MASK_FAILURE -> 8;
          case MASK_PID -> 12;
          case MASK_RATE_LIMIT -> 16;
          case MASK_BACKLOG_LIMIT -> 20;
          case MASK_BACKLOG_WAIT_TIME -> 36;
          default -> 0;
        };
    if (offset > 0) {
      data.set(JAVA_INT_UNALIGNED, at + offset, (int) value);
    }
  }
}
