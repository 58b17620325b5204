// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.nio.file.Path;

/**
 * One file of a spool: frames, one behind the other. Its name has its first sequence and the salt
 * of its checksums, so these survive damage to its bytes.
 */
final class Segment {
  final long first;
  final int salt;
  final Path path;

  /** How long it is; of the newest, how long the frames are that were taken. */
  volatile long lengthBytes;

  /** The last sequence in it that was not acknowledged when it was found, or that was taken. */
  volatile long last;

  Segment(long first, int salt, Path path, long lengthBytes) {
    this.first = first;
    this.salt = salt;
    this.path = path;
    this.lengthBytes = lengthBytes;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
