// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of a spool: frames with ascending sequences, one behind the other. Its name tells the
 * first of them and the salt of the checks, so that no damage to its bytes takes these away.
 */
final class Segment {
  final long first;
  final int salt;
  final Path path;

  /** How long the frames are that may be read; grows while the segment is the newest. */
  volatile long readableBytes;

  /** How many records were put into it, or were in it and not acknowledged when it was found. */
  volatile long records;

  /** Where the first frame begins that was not acknowledged when the segment was found. */
  long startBytes;

  /** Records that it should have given and did not; the outlet's. */
  long lost;

  /** The segment behind it; when there is one, this one does not grow any more. */
  volatile @Nullable Segment next;

  Segment(long first, int salt, Path path, long readableBytes) {
    this.first = first;
    this.salt = salt;
    this.path = path;
    this.readableBytes = readableBytes;
  }

  /** One more record is in it. <b>Thread</b>: one at a time, under the lock of the appender. */
  void grow(int lengthBytes) {
    long recordsBefore = records;
    long readableBefore = readableBytes;
    records = recordsBefore + 1;
    readableBytes = readableBefore + lengthBytes;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
