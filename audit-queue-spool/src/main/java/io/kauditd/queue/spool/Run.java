// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import org.jspecify.annotations.Nullable;

/**
 * Consecutive records in a segment whose sequences have no gap. A segment without damage is one
 * run; each damaged place adds one. A spool is read run by run, in the order of their sequences.
 */
final class Run {
  final Segment segment;
  final long first;
  final long startBytes;

  /** Where it ends; grows while the segment is the newest. */
  volatile End end;

  /** The run behind it; when there is one, this one does not grow any more. */
  volatile @Nullable Run next;

  /**
   * The end of a run.
   *
   * @param bytes where in the segment
   * @param sequence one more than the last
   */
  record End(long bytes, long sequence) {}

  Run(Segment segment, long first, long startBytes) {
    this.segment = segment;
    this.first = first;
    this.startBytes = startBytes;
    this.end = new End(startBytes, first);
  }

  /** More records are in it. <b>Thread</b>: one at a time. */
  void grow(int lengthBytes, int records) {
    End before = end;
    end = new End(before.bytes + lengthBytes, before.sequence + records);
  }

  /** The sequence of its last record. */
  long last() {
    return end.sequence - 1;
  }

  @Override
  public String toString() {
    return segment + " " + first + ".." + last();
  }
}
