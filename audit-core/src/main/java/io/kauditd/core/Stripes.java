// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.Counts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongUnaryOperator;

/**
 * A few counters that many threads add to at once. Each thread adds to one of several copies, so
 * that two of them hardly ever write the same line of memory; the copies are summed up to read.
 *
 * <p>Unlike {@link java.util.concurrent.atomic.LongAdder} it never allocates after it was made, so
 * that counting cannot fail for want of memory, and an addition tells what its copy had before.
 *
 * <p>A sum that is read while others add has each addition that was finished before, and some of
 * those that were not; it never goes down if nothing is subtracted. That holds on every processor:
 * additions are atomic and reads are volatile.
 */
final class Stripes {
  /** The longs of a copy: two lines of memory, since processors fetch them in pairs. */
  private static final int COPY_LONGS = 16;

  private static final int MIN_COPIES = 8;
  private static final int MAX_COPIES = 64;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] words; // by WORD alone
  private final int copies;

  /** Counters numbered from 0. */
  Stripes(int counters) {
    if (counters > COPY_LONGS) {
      throw new IllegalArgumentException(
          Counts.of(counters, "counter") + ", of at most " + COPY_LONGS);
    }
    int wanted = 2 * Runtime.getRuntime().availableProcessors();
    this.copies = Integer.highestOneBit(Math.clamp(wanted, MIN_COPIES, MAX_COPIES));
    this.words = new long[COPY_LONGS * copies];
  }

  /** The copy of the calling thread. Threads made one after the other have different ones. */
  int mine() {
    return ((int) Thread.currentThread().threadId() & (copies - 1)) * COPY_LONGS;
  }

  /** Adds to a counter of a copy; returns what that copy had before. */
  long add(int copy, int counter, long delta) {
    return (long) WORD.getAndAdd(words, copy + counter, delta);
  }

  /**
   * Adds to a counter of a copy, one number or, if any of {@code bits} is set in it, the other.
   * Returns what that copy had before.
   */
  long addUnless(int copy, int counter, long bits, long delta, long otherwise) {
    while (true) {
      long before = word(copy + counter);
      long after = before + ((before & bits) == 0 ? delta : otherwise);
      if (WORD.compareAndSet(words, copy + counter, before, after)) {
        return before;
      }
    }
  }

  /** Sets bits in a counter of every copy. */
  void setBits(int counter, long bits) {
    for (int copy = 0; copy < words.length; copy += COPY_LONGS) {
      WORD.getAndBitwiseOr(words, copy + counter, bits);
    }
  }

  /** The sum of what a function makes of the first counter of each copy. */
  long sum(LongUnaryOperator of) {
    long sum = 0;
    for (int copy = 0; copy < words.length; copy += COPY_LONGS) {
      sum += of.applyAsLong(word(copy));
    }
    return sum;
  }

  /** The sum of a counter over all copies. */
  long sum(int counter) {
    long sum = 0;
    for (int copy = 0; copy < words.length; copy += COPY_LONGS) {
      sum += word(copy + counter);
    }
    return sum;
  }

  private long word(int index) {
    return (long) WORD.getVolatile(words, index);
  }
}
