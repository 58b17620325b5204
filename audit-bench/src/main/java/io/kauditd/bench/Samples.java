// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.util.Arrays;

/**
 * Times of the same work under two builds, and whether they differ. Asked by ranks (Mann and
 * Whitney's test), since the times of a busy machine have no shape to rely on: how often a time of
 * the one lies below a time of the other, and how probable it is that it does so this often, or
 * this seldom, if both are the same.
 */
final class Samples {
  /** A difference that chance makes more often than once in twenty is none. */
  private static final double LEVEL = 0.05;

  private final double[] a;
  private final double[] b;

  Samples(double[] a, double[] b) {
    this.a = sorted(a);
    this.b = sorted(b);
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  double medianA() {
    return median(a);
  }

  double medianB() {
    return median(b);
  }

  double ratio() {
    return medianB() / medianA();
  }

  /** How far the times of one build are apart, of its median: the larger of the two. */
  double spread() {
    return Math.max(width(a), width(b));
  }

  private static double width(double[] sorted) {
    return (sorted[sorted.length - 1] - sorted[0]) / median(sorted);
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** {@code faster}, {@code slower}, or {@code no difference}: of B. */
  String verdict() {
    if (probability() > LEVEL) {
      return "no difference";
    }
    return ratio() < 1 ? "faster" : "slower";
  }

  /** Of a difference at least as clear, either way, between builds that are the same. */
  double probability() {
    int below = 0;
    for (double eachA : a) {
      for (double eachB : b) {
        below += eachB < eachA ? 1 : 0;
      }
    }
    int least = Math.min(below, a.length * b.length - below);
    double[][] ways = new double[b.length + 1][a.length * b.length + 1];
    // ways[j][u]: orders of the a's seen so far and j b's in which u pairs have the b below.
    for (int j = 0; j <= b.length; j++) {
      ways[j][0] = 1;
    }
    for (int i = 1; i <= a.length; i++) {
      for (int j = 1; j <= b.length; j++) {
        for (int u = i * j; u >= 0; u--) {
          // The last of them is an a, which lies above all j b's, or a b.
          ways[j][u] = (u >= j ? ways[j][u - j] : 0) + ways[j - 1][u];
        }
      }
    }
    double all = 0;
    double asClear = 0;
    for (int u = 0; u <= a.length * b.length; u++) {
      all += ways[b.length][u];
      asClear += u <= least ? ways[b.length][u] : 0;
    }
    return Math.min(1, 2 * asClear / all);
  }
}
