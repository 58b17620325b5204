// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * Finds missing serials. The kernel gives every event the next serial, so a missing serial is a
 * lost event. But records overtake each other in the retry queue. So a serial counts as missing
 * only when it has left a window behind the highest one, or at {@link #settle}.
 *
 * <p>Serials are 32 bits wide and wrap around. They begin anew at each boot: an event with a lower
 * serial and a later time belongs to the next boot. Not thread-safe.
 */
final class SerialGaps {
  private static final int WINDOW = 1 << 16;
  private static final int MASK = WINDOW - 1;

  /** A bit for each of the last serials, set if it came. */
  private final long[] seen = new long[WINDOW / Long.SIZE];

  /** How much later an event is that a clock and its corrections do not explain. */
  private static final long LATER_MS = 1000;

  private boolean started;
  private long highestTimeMs;
  private int highest;

  /** How many serials up to the highest, at most a window, have not been judged yet. */
  private int open;

  private long missing;

  /** A record with this serial and time came. */
  void seen(long serial, long timeMs) {
    int current = (int) serial;
    int ahead = current - highest;
    if (ahead == 0 && started) {
      return; // the usual case: another record of the same event
    }
    // So far behind comes nothing late, and nothing late is of a later time: others begin anew.
    if (!started || ahead <= -WINDOW || (ahead < 0 && timeMs > highestTimeMs + LATER_MS)) {
      begin(current);
      highestTimeMs = timeMs;
    } else if (ahead > 0) {
      advance(current, ahead);
      highestTimeMs = timeMs;
    } else if (ahead <= -open) {
      return; // judged already, or from before the first
    }
    set(current);
  }

  private void begin(int current) {
    judge(open);
    started = true;
    highest = current;
    open = 1;
  }

  private void advance(int current, int ahead) {
    if (ahead >= WINDOW) {
      judge(open);
      missing += Math.min((long) ahead - WINDOW, WINDOW); // a larger jump is no loss but a restart
      open = 0;
      highest = current - WINDOW;
      ahead = WINDOW;
    }
    judge(Math.max(0, open + ahead - WINDOW));
    for (int serial = highest + 1; serial != current + 1; serial++) {
      clear(serial);
    }
    highest = current;
    open += ahead;
  }

  /** Judges the {@code count} lowest of the open serials. */
  private void judge(int count) {
    int lowest = highest - open + 1;
    for (int i = 0; i < count; i++) {
      if (!has(lowest + i)) {
        missing++;
      }
    }
    open -= count;
  }

  /** Counts what has not come by now up to a serial that came as missing. */
  void settle(long serial) {
    int behind = highest - (int) serial;
    if (behind >= 0 && behind < open) {
      judge(open - behind);
    }
  }

  /** Counts what has not come by now as missing: for a pause, and for the end. */
  void settle() {
    judge(open);
  }

  /** The serials that are missing so far. */
  long missing() {
    return missing;
  }

  /** The highest serial that came. */
  long highest() {
    return Integer.toUnsignedLong(highest);
  }

  /** The time of the event with the highest serial, in milliseconds since the epoch. */
  long highestTimeMs() {
    return highestTimeMs;
  }

  private boolean has(int serial) {
    return (seen[(serial & MASK) >>> 6] & 1L << serial) != 0;
  }

  private void set(int serial) {
    seen[(serial & MASK) >>> 6] |= 1L << serial;
  }

  private void clear(int serial) {
    seen[(serial & MASK) >>> 6] &= ~(1L << serial);
  }
}
