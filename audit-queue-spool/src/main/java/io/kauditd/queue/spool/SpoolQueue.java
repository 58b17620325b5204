// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue in a directory, whose records survive the program: what was added and not acknowledged is
 * offered again when the directory is opened the next time, in the old order, and what was
 * acknowledged is not.
 *
 * <p>Records are appended to segments, files of some megabytes, which are deleted when all in them
 * was acknowledged. The directory is bounded in bytes; the bound in records comes with each {@link
 * #add}. In memory are only the places of the records in flight.
 *
 * <p>Producers take a lock for the time of a write. {@link #poll} takes none: a record is published
 * by the length of its segment, which grows when all of it was written, and then by the count of
 * those added.
 *
 * @since 0.1.0
 */
public final class SpoolQueue implements AuditQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolQueue.class);

  private final SpoolDirectory directory;
  private final Cursor cursor;
  private final Appender appender;
  private final Outlet outlet;
  private final ReentrantLock lock = new ReentrantLock();
  private final Trouble writing;
  private final Trouble reading;
  private final Trouble remembering;
  private final boolean forces;
  private final long recovered;

  private volatile long added; // guarded by the lock; records that can be polled
  private volatile long taken; // written by kauditd alone; polled, or lost since the start
  private volatile boolean closed;
  private long lost;
  private long acknowledged;
  private Segment oldest;

  SpoolQueue(SpoolBuilder options, SpoolDirectory directory, Cursor cursor, Recovery found) {
    this.directory = directory;
    this.cursor = cursor;
    this.forces = options.sync != Sync.NONE;
    String name = "the spool " + directory;
    this.writing = new Trouble(name);
    this.reading = new Trouble(name);
    this.remembering = new Trouble(name);
    Segment before = directory.nothing();
    Segment newest = before;
    for (Segment segment : found.segments()) {
      newest.next = segment;
      newest = segment;
    }
    this.oldest = before;
    this.appender = new Appender(options, directory, found, newest);
    this.outlet = new Outlet(before, found.acknowledged() + 1);
    this.added = found.records();
    this.recovered = found.records() + found.lost();
    this.lost = found.lost();
    this.acknowledged = found.acknowledged();
  }

  /** Starts to build a queue in a directory, which is made when it is not there. */
  public static SpoolBuilder builder(Path directory) {
    return new SpoolBuilder(directory);
  }

  @Override
  public boolean add(AuditRecord record, int capacity) throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new IOException(directory + " is closed");
      }
      long before = added;
      if (before - taken >= capacity && capacity != Integer.MAX_VALUE) {
        return false;
      }
      if (!appender.append(record)) {
        return false;
      }
      added = before + 1;
      writing.over();
      return true;
    } catch (IOException e) {
      writing.met("cannot write", IoWords.of(e));
      throw e;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable AuditRecord poll() {
    if (added == taken) {
      return null;
    }
    try {
      AuditRecord record = next();
      reading.over();
      return record;
    } catch (IOException e) {
      reading.met("cannot read", IoWords.of(e));
      return null;
    }
  }

  private @Nullable AuditRecord next() throws IOException {
    while (true) {
      switch (outlet.next()) {
        case RECORD -> {
          left(1);
          return outlet.polled();
        }
        case DAMAGED -> giveUpNewest();
        case SEGMENT -> {
          if (!toNextSegment()) {
            return null;
          }
        }
      }
    }
  }

  /** Records have left the queue, or come back. <b>Thread</b>: kauditd, the only one to write. */
  private void left(long count) {
    long before = taken;
    taken = before + count;
  }

  /** Something in the newest segment is damaged, or it is gone: it is not continued. */
  private void giveUpNewest() throws IOException {
    lock.lock();
    try {
      appender.endSegment();
    } finally {
      lock.unlock();
    }
  }

  private boolean toNextSegment() {
    lock.lock(); // so that the newest segment does not grow meanwhile
    try {
      if (!outlet.isAtEnd()) {
        return true;
      }
      long missing = outlet.missing();
      if (missing > 0) {
        left(missing);
        lost += missing;
        LOG.warn(
            "the spool {} was damaged since it was opened: {} records in it are lost",
            directory,
            missing);
      }
      return outlet.toNextSegment();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void acknowledge(int count) {
    check("acknowledged", count);
    if (count > 0) {
      acknowledged = outlet.acknowledge(count);
      remember();
    }
  }

  /** Writes down how far records are acknowledged, and deletes the segments that go with it. */
  private void remember() {
    try {
      cursor.write(acknowledged, appender.lastSequence());
      deleteSegments();
      remembering.over();
    } catch (IOException e) {
      remembering.met(
          "cannot write down what was acknowledged, which may be delivered again after a restart",
          IoWords.of(e));
    }
  }

  private void deleteSegments() throws IOException {
    Segment next = oldest.next;
    while (next != null && next.first - 1 <= acknowledged && !outlet.reads(oldest)) {
      cursor.force(); // or the records in it would seem to be missing after a loss of power
      directory.delete(oldest);
      appender.deleted(oldest);
      oldest = next;
      next = oldest.next;
    }
  }

  @Override
  public void putBack(int count) {
    check("put back", count);
    if (count > 0) {
      outlet.putBack(count);
      left(-count);
    }
  }

  private void check(String what, int count) {
    if (count < 0 || count > outlet.inFlight()) {
      throw new IllegalArgumentException(
          count + " records " + what + ", " + outlet.inFlight() + " in flight");
    }
  }

  @Override
  public int size() {
    long before = taken;
    return Math.clamp(added - before, 0, Integer.MAX_VALUE);
  }

  @Override
  public void passEnded() {
    if (acknowledged != cursor.acknowledged() || appender.lastSequence() != cursor.taken()) {
      remember();
    }
    if (forces) {
      force();
    }
  }

  private void force() {
    lock.lock();
    try {
      appender.force();
    } catch (IOException e) {
      writing.met("cannot force to the disk what was written", IoWords.of(e));
    } finally {
      lock.unlock();
    }
    try {
      cursor.force();
    } catch (IOException e) {
      remembering.met("cannot force to the disk what was acknowledged", IoWords.of(e));
    }
  }

  @Override
  public long recovered() {
    return recovered;
  }

  @Override
  public long lost() {
    return lost;
  }

  @Override
  public boolean boundsItself() {
    return true;
  }

  @Override
  public boolean outlivesProgram() {
    return true;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        closeAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void closeAll() {
    try {
      boolean isDone = added == taken && outlet.inFlight() == 0;
      if (isDone) {
        acknowledged = appender.lastSequence(); // those behind it that were lost are counted
      }
      passEnded();
      outlet.close();
      closeAppender();
      if (isDone && acknowledged == cursor.acknowledged()) {
        deleteAll();
      }
      cursor.close();
    } catch (IOException e) {
      remembering.met("cannot close it as it should be", IoWords.of(e));
    } finally {
      directory.close(); // once: somebody else may have it next
    }
  }

  private void closeAppender() {
    try {
      appender.close();
    } catch (IOException e) {
      writing.met("cannot close the newest segment", IoWords.of(e));
    }
  }

  /** Leaves no segment behind in which there is nothing left to deliver. */
  private void deleteAll() throws IOException {
    cursor.force();
    for (Segment each = oldest; each != null; each = each.next) {
      directory.delete(each);
    }
  }

  @Override
  public String toString() {
    return "spool:" + directory;
  }
}
