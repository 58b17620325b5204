// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/** A pause that doubles each time it is taken, up to a bound. */
final class Pause {
  private final long firstNs;
  private final long longestNs;
  private long nextNs;

  Pause(long firstNs, long longestNs) {
    this.firstNs = firstNs;
    this.longestNs = longestNs;
    this.nextNs = firstNs;
  }

  /** The pause to take now, in nanoseconds. */
  long nextNs() {
    long now = nextNs;
    nextNs = now > longestNs / 2 ? longestNs : now * 2;
    return now;
  }

  /** The next pause is the first one again. */
  void restart() {
    nextNs = firstNs;
  }
}
