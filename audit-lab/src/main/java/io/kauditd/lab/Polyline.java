// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import java.util.BitSet;

/**
 * A curve with as few points as possible that still looks the same: no point that is left out is
 * more than half a unit away from the drawn line. After Ramer, Douglas and Peucker.
 *
 * @param x the points' places, ascending
 * @param y their values
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Polyline(double[] x, double[] y) {
  private static final double TOLERANCE = 0.5;

  /**
   * Leaves out what cannot be seen.
   *
   * @param height how many units, pixels for example, a value of {@code top} is high
   */
  Polyline thinned(double top, double height) {
    if (x.length < 3) {
      return this;
    }
    var kept = new BitSet(x.length);
    kept.set(0);
    kept.set(x.length - 1);
    keep(kept, 0, x.length - 1, TOLERANCE * top / height);
    return new Polyline(pick(x, kept), pick(y, kept));
  }

  /** Halves are never deeper than the points are many, and those are hundreds. */
  private void keep(BitSet kept, int from, int to, double tolerance) {
    int farthest = -1;
    double distance = tolerance;
    for (int i = from + 1; i < to; i++) {
      double share = (x[i] - x[from]) / (x[to] - x[from]);
      double off = Math.abs(y[i] - (y[from] + share * (y[to] - y[from])));
      if (off > distance) {
        distance = off;
        farthest = i;
      }
    }
    if (farthest >= 0) {
      kept.set(farthest);
      keep(kept, from, farthest, tolerance);
      keep(kept, farthest, to, tolerance);
    }
  }

  private static double[] pick(double[] values, BitSet kept) {
    return kept.stream().mapToDouble(i -> values[i]).toArray();
  }
}
