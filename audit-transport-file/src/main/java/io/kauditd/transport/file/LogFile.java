// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.FileStatus;
import io.kauditd.files.Place;
import io.kauditd.files.SafeDirectory;
import io.kauditd.files.WriterLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A log that is open for appending, and locked. It can also be a character device, which has no
 * size and cannot be locked, cut, forced, or moved away.
 */
final class LogFile implements AutoCloseable {
  private final Path path;
  private final SafeDirectory directory;
  private final Place place;
  private final @Nullable WriterLock lock; // null for a device
  private final FileChannel channel;
  private final boolean isNew;
  private final FileStatus opened;
  private final @Nullable Object key;
  private final boolean isTerminal;
  private boolean givenAway;
  private long sizeBytes;

  /**
   * A locked file.
   *
   * @param directory where it stands; closed with it, as are {@code place} and {@code lock}
   * @param isNew whether it was made by opening it
   */
  LogFile(Path path, SafeDirectory directory, Place place, WriterLock lock, boolean isNew)
      throws IOException {
    this.path = path;
    this.directory = directory;
    this.place = place;
    this.lock = lock;
    this.channel = lock.channel();
    this.isNew = isNew;
    this.opened = place.status();
    this.key = place.key();
    this.isTerminal = false;
    this.sizeBytes = channel.size();
  }

  /** A device. */
  LogFile(Path path, SafeDirectory directory, Place place, FileChannel device) throws IOException {
    this.path = path;
    this.directory = directory;
    this.place = place;
    this.lock = null;
    this.channel = device;
    this.isNew = false;
    this.opened = place.status();
    this.key = null;
    this.isTerminal = place.isTerminal();
  }

  Path path() {
    return path;
  }

  SafeDirectory directory() {
    return directory;
  }

  Place place() {
    return place;
  }

  /** The lock; null for a device. */
  @Nullable WriterLock lock() {
    return lock;
  }

  boolean isNew() {
    return isNew;
  }

  /** The length as this process has made it; 0 for a device. */
  long sizeBytes() {
    return sizeBytes;
  }

  /**
   * Whether the path still leads here, and nobody else has made the file longer or shorter. One
   * stat(2), asked for each batch.
   *
   * @throws IOException if that cannot be found out
   */
  boolean isCurrent() throws IOException {
    if (lock == null) {
      return true;
    }
    try {
      BasicFileAttributes now =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return now.size() == sizeBytes && key != null && key.equals(now.fileKey());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Appends what the buffer holds. After a failure its position tells how much was written.
   *
   * @throws IOException with part of it, or nothing, written
   */
  void append(ByteBuffer bytes) throws IOException {
    int from = bytes.position();
    if (isTerminal) {
      makeHarmless(bytes);
    }
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      if (lock != null) {
        sizeBytes += bytes.position() - from;
      }
    }
  }

  /** A terminal obeys what it is sent: what is no ASCII text becomes a question mark. */
  private static void makeHarmless(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      byte each = bytes.get(i);
      boolean isText = (each >= ' ' && each < 0x7f) || each == '\n' || each == '\t';
      if (!isText) {
        bytes.put(i, (byte) '?');
      }
    }
  }

  /** What was appended after some size, if it cannot be cut off here and now. */
  Leftover leftoverFrom(long fromBytes) {
    return new Leftover(opened, fromBytes, sizeBytes);
  }

  /** Cuts the file back to an earlier size. */
  void cutTo(long newSizeBytes) throws IOException {
    if (lock != null) {
      channel.truncate(newSizeBytes);
      sizeBytes = newSizeBytes;
    }
  }

  /** Forces what was written to the disk. */
  void force(FlushMode mode) throws IOException {
    if (lock != null) {
      channel.force(mode == FlushMode.SYNC);
    }
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /** Closes this file alone: another one has its name, and the directory with it. */
  void giveWay() throws IOException {
    givenAway = true;
    close();
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      try {
        if (lock != null && givenAway) {
          lock.closeThisAlone();
        } else if (lock != null) {
          lock.close();
        }
      } finally {
        place.close();
        if (!givenAway) {
          directory.close();
        }
      }
    }
  }
}
