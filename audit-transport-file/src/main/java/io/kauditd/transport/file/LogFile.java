// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A log that is open for appending, and locked. A character device is one as well, without a size:
 * it cannot be locked, cut, forced, or moved away.
 */
final class LogFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final FileStatus opened;
  private final boolean isNew;
  private long sizeBytes;

  /**
   * @param opened the status of the file that the channel leads to
   * @param isNew whether it was made by opening it
   */
  LogFile(Path path, FileChannel channel, FileStatus opened, boolean isNew) throws IOException {
    this.path = path;
    this.channel = channel;
    this.opened = opened;
    this.isNew = isNew;
    this.sizeBytes = opened.isRegular() ? channel.size() : 0;
  }

  Path path() {
    return path;
  }

  boolean isNew() {
    return isNew;
  }

  /** The length as this process has made it; 0 for a device. */
  long sizeBytes() {
    return sizeBytes;
  }

  /**
   * Whether the path still leads here, and nobody else has made the file longer or shorter.
   *
   * @throws IOException if that cannot be found out
   */
  boolean isCurrent() throws IOException {
    if (!opened.isRegular()) {
      return true;
    }
    FileStatus now = FileStatus.ofIfThere(path);
    return now != null && now.isSameFileAs(opened) && now.sizeBytes() == sizeBytes;
  }

  /**
   * Appends what the buffer holds. After a failure its position tells how much was written.
   *
   * @throws IOException with part of it, or nothing, written
   */
  void append(ByteBuffer bytes) throws IOException {
    int from = bytes.position();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      if (opened.isRegular()) {
        sizeBytes += bytes.position() - from;
      }
    }
  }

  /** What was appended after some size, if it cannot be cut off here and now. */
  Leftover leftoverFrom(long fromBytes) {
    return new Leftover(opened, fromBytes, sizeBytes);
  }

  /** Cuts the file back to an earlier size. */
  void cutTo(long newSizeBytes) throws IOException {
    if (opened.isRegular()) {
      channel.truncate(newSizeBytes);
      sizeBytes = newSizeBytes;
    }
  }

  /** Forces what was written to the disk. */
  void force(FlushMode mode) throws IOException {
    if (opened.isRegular()) {
      channel.force(mode == FlushMode.SYNC);
    }
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
