// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/**
 * The engine's source of time: the machine's, or one that a test or the simulator moves.
 *
 * @since 0.1.0
 */
public interface EngineClock {
  /** The machine's clocks. */
  EngineClock SYSTEM =
      new EngineClock() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public long currentTimeMs() {
          return System.currentTimeMillis();
        }
      };

  /**
   * As {@link #SYSTEM}, but with the time of day of the last timer tick, one to ten milliseconds
   * old. It is the clock by which the Linux kernel stamps its own audit records, and faster to
   * read. It needs native access for this module; without that, and on systems other than 64-bit
   * Linux, this is {@link #SYSTEM}.
   *
   * @since 0.1.0
   */
  static EngineClock coarse() {
    return CoarseClock.orSystem();
  }

  /** A time that only increases, in nanoseconds from an arbitrary moment. */
  long nanoTime();

  /** The time of day, in milliseconds since the epoch. */
  long currentTimeMs();
}
