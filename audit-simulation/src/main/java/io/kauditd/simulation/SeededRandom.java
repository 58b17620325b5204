// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

/**
 * Numbers that look random and are the same for a seed on every machine and every JDK: SplitMix64,
 * and logarithms from {@link StrictMath}.
 */
final class SeededRandom {
  private long state;

  SeededRandom(long seed) {
    this.state = mix(seed); // so that seeds next to each other have nothing in common
  }

  /** The gap to the next of many independent events, of which one comes in a unit of time. */
  double nextExponential() {
    return -StrictMath.log1p(-nextDouble());
  }

  /** Between 0, inclusive, and 1, exclusive. */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  private long nextLong() {
    state += 0x9E3779B97F4A7C15L;
    return mix(state);
  }

  private static long mix(long bits) {
    long z = bits;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
