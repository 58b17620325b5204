// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/**
 * The time, as the engine sees it: the machine's, or one that a test or the simulator moves.
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

  /** A time that only grows, in nanoseconds from an arbitrary moment. */
  long nanoTime();

  /** The time of day, in milliseconds since the epoch. */
  long currentTimeMs();
}
