// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

/**
 * Which file it is, whatever its name. The number of a file that is gone is used again; the time of
 * its birth tells the two apart, where the file system knows it.
 *
 * @param birthNs in nanoseconds since the epoch, 0 if it is not known
 */
record FileId(long device, long inode, long birthNs) {
  boolean isSameAs(FileId other) {
    return device == other.device
        && inode == other.inode
        && (birthNs == other.birthNs || birthNs == 0 || other.birthNs == 0);
  }
}
