// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The records of a log and of its rotated files, the youngest first: whole lines, read backwards in
 * pieces, compressed ones too. A torn last line was never reported as taken, and is left out.
 */
final class DeliveredLines implements Iterator<AuditRecord>, AutoCloseable {
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final int KEPT_BYTES = CHUNK_BYTES + AuditLineEncoder.MAX_LINE_BYTES;

  private final Path log;
  private int number;
  private @Nullable LogBytes file;

  /** What was read and not yet looked at stands before {@code end}; the file's rest before that. */
  private final byte[] bytes = new byte[KEPT_BYTES];

  private int end;
  private long unread;
  private @Nullable AuditRecord next;

  /** What is older can not be told. */
  private boolean ended;

  DeliveredLines(Path log) {
    this.log = log;
  }

  /** As a stream, whose closing closes the file. */
  Stream<AuditRecord> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && (file != null || open())) {
        next = previousRecord();
      }
      return next != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public AuditRecord next() {
    AuditRecord record = hasNext() ? next : null;
    if (record == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return record;
  }

  /** Opens the log, or the youngest of its rotated files that was not read yet. */
  private boolean open() throws IOException {
    Path path = number == 0 ? log : log.resolveSibling(log.getFileName() + "." + number);
    LogBytes opened = ended ? null : LogBytes.open(path);
    if (opened == null) {
      return number++ == 0 && !ended && open(); // it may just be rotated
    }
    number++;
    file = opened;
    ended = !opened.isComplete();
    unread = opened.sizeBytes();
    end = 0;
    fill(opened);
    end = lastFeed(end) + 1; // a torn line
    return true;
  }

  /**
   * The record of the line that ends at the end, null if there is none left, or it is no record.
   */
  private @Nullable AuditRecord previousRecord() throws IOException {
    LogBytes opened = file;
    if (opened == null || end == 0) {
      close();
      return null;
    }
    int feed = lastFeed(end - 1);
    if (feed < 0 && unread > 0) {
      fill(opened);
      feed = lastFeed(end - 1);
    }
    if (feed < 0 && !opened.isComplete()) { // its line begins before what is kept
      close();
      return null;
    }
    AuditRecord record = AuditLine.parse(bytes, feed + 1, end - 1);
    end = feed + 1;
    if (end == 0 && unread > 0) {
      fill(opened);
    }
    return record;
  }

  private int lastFeed(int before) {
    for (int i = before - 1; i >= 0; i--) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Puts what stands before what was read in front of it. */
  private void fill(LogBytes opened) throws IOException {
    int room = KEPT_BYTES - Math.min(end, AuditLineEncoder.MAX_LINE_BYTES);
    int length = (int) Math.min(Math.min(unread, CHUNK_BYTES), room);
    int kept = Math.min(end, KEPT_BYTES - length);
    System.arraycopy(bytes, end - kept, bytes, length, kept);
    unread -= length;
    opened.read(bytes, length, unread);
    end = length + kept;
  }

  @Override
  public void close() {
    LogBytes opened = file;
    file = null;
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
