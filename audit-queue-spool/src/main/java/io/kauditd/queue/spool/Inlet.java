// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import io.kauditd.queue.spool.Batch.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets many threads add records at the same time: while one of them writes, the others put their
 * records into the next batch, which one of them writes next. So two threads do not slow each other
 * down, and one force of the disk serves all that wait for one.
 *
 * <p>The lock is held while a record is put into a batch and while written records are published,
 * never during a write that takes a system call. A thread that finds no writer becomes the writer,
 * under the lock. A writer that is done wakes the waiting threads, and one whose record was not in
 * the batch is the next. So each record is written by its own thread at the latest.
 */
final class Inlet implements Appender.Listener {
  private static final int ENCODERS = 8; // a power of two
  private static final int LOCK_SPINS = 100;
  private static final int WRITE_SPINS = 400;

  private final AtomicReferenceArray<@Nullable FrameEncoder> encoders =
      new AtomicReferenceArray<>(ENCODERS);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final String name;
  private final Trouble trouble;
  private final Appender appender;
  private final LongSupplier taken;
  private final long maxBytes;
  private final int spins;

  // Guarded by the lock; the volatile ones are read without it.
  private Batch filling = new Batch();
  private Batch spare = new Batch();
  private int pending; // records in batches that are not published
  private long bytes; // of all segments, and of what is pending
  private long publishedBytes; // of the batch that is being written
  private int waiting;
  private @Nullable String refusal;
  private volatile boolean isWriting;
  private volatile long added;

  /**
   * @param newest the last of the runs that were found
   * @param taken how many records have left the queue, of those that were ever added
   */
  Inlet(
      SpoolBuilder options,
      SpoolDirectory directory,
      Recovery found,
      Run newest,
      LongSupplier taken) {
    this.name = directory.toString();
    this.trouble = new Trouble("the spool " + name);
    this.appender = new Appender(options, directory, found, newest, this);
    this.taken = taken;
    this.maxBytes = options.maxSizeBytes;
    this.spins = options.sync == Sync.DATA ? 0 : WRITE_SPINS; // a disk takes longer than that
    this.bytes = found.bytes();
    this.added = found.records();
  }

  Appender appender() {
    return appender;
  }

  /** How many records were ever added. <b>Thread</b>: any. */
  long added() {
    return added;
  }

  /** How many records are being added. <b>Thread</b>: any. */
  int pending() {
    lock.lock();
    try {
      return pending;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a record; returns false if there is no room for it.
   *
   * @throws IOException if it could not be written; it was then not added
   */
  boolean add(AuditRecord record, int capacity) throws IOException {
    FrameEncoder encoder = takeEncoder();
    Outcome outcome;
    int place;
    try {
      int length = encode(encoder, record);
      acquire();
      try {
        if (!hasRoom(length, capacity)) {
          return false;
        }
        place = put(encoder, length);
        outcome = filling.outcome();
        if (!isWriting) {
          write();
        }
      } finally {
        lock.unlock();
      }
    } finally {
      giveBack(encoder);
    }
    await(outcome);
    if (place >= outcome.written()) {
      throw failed(outcome);
    }
    return true;
  }

  /**
   * Adds records, as many of the first ones as there is room for; returns how many.
   *
   * @throws IOException if none could be written, and the first one for another reason than room
   */
  int addAll(List<AuditRecord> records, int capacity) throws IOException {
    int done = 0;
    while (done < records.size()) {
      int some = addSome(records.subList(done, records.size()), capacity, done > 0);
      if (some == 0) {
        break;
      }
      done += some;
    }
    return done;
  }

  /** Adds as many of the first ones as a batch takes. */
  private int addSome(List<AuditRecord> records, int capacity, boolean areOthersAdded)
      throws IOException {
    FrameEncoder encoder = takeEncoder();
    Outcome outcome = null;
    int place = 0;
    int count = 0;
    IOException unfit = null;
    try {
      acquire();
      try {
        for (AuditRecord record : records) {
          int length;
          try {
            length = encoder.encode(record);
          } catch (IOException e) {
            unfit = e;
            break;
          }
          if (count > 0 ? !hasRoomNow(length, capacity) : !hasRoom(length, capacity)) {
            break;
          }
          int at = put(encoder, length);
          if (count++ == 0) {
            outcome = filling.outcome();
            place = at;
          }
        }
        if (count > 0 && !isWriting) {
          write();
        }
      } finally {
        lock.unlock();
      }
    } finally {
      giveBack(encoder);
    }
    if (outcome == null) {
      if (unfit != null && !areOthersAdded) {
        throw met(unfit);
      }
      return 0;
    }
    await(outcome);
    int written = Math.clamp(outcome.written() - place, 0, count);
    if (written == 0 && !areOthersAdded) {
      throw failed(outcome);
    }
    return written;
  }

  /** Most often there is one that nobody uses; producers of any number make do with a few. */
  private FrameEncoder takeEncoder() {
    FrameEncoder encoder = encoders.getAndSet(slot(), null);
    return encoder == null ? new FrameEncoder() : encoder;
  }

  private void giveBack(FrameEncoder encoder) {
    encoders.set(slot(), encoder);
  }

  private static int slot() {
    return (int) Thread.currentThread().threadId() & (ENCODERS - 1);
  }

  private int encode(FrameEncoder encoder, AuditRecord record) throws IOException {
    try {
      return encoder.encode(record);
    } catch (IOException e) {
      throw met(e);
    }
  }

  private IOException met(IOException cause) {
    lock.lock();
    try {
      trouble.met("cannot write", IoWords.of(cause));
    } finally {
      lock.unlock();
    }
    return cause;
  }

  private static IOException failed(Outcome outcome) {
    Throwable failure = outcome.failure();
    return new IOException(failure == null ? "it was not written" : words(failure), failure);
  }

  private static String words(Throwable failure) {
    return failure instanceof IOException e ? IoWords.of(e) : failure.toString();
  }

  /** Takes the lock, which nobody holds for long. */
  private void acquire() {
    for (int i = 0; i < LOCK_SPINS; i++) {
      if (lock.tryLock()) {
        return;
      }
      Thread.onSpinWait();
    }
    lock.lock();
  }

  /** Whether there is room for a record; waits until the batch takes it. Under the lock. */
  private boolean hasRoom(int length, int capacity) throws IOException {
    while (true) {
      if (refusal != null) {
        throw new IOException(refusal);
      }
      if (isFull(length, capacity)) {
        return false;
      }
      if (filling.hasRoom(length)) {
        return true;
      }
      awaitWriter();
    }
  }

  private boolean hasRoomNow(int length, int capacity) {
    return !isFull(length, capacity) && filling.hasRoom(length);
  }

  private boolean isFull(int length, int capacity) {
    return (capacity != Integer.MAX_VALUE && added + pending - taken.getAsLong() >= capacity)
        || bytes + length > maxBytes;
  }

  /** Puts a frame into the batch; returns its place there. */
  private int put(FrameEncoder encoder, int length) {
    filling.add(encoder.bytes(), length);
    pending++;
    bytes += length;
    return filling.count() - 1;
  }

  /** Waits until a record is written, or writes it. */
  private void await(Outcome outcome) {
    for (int i = 0; i < spins && !outcome.isDone && isWriting; i++) {
      Thread.onSpinWait();
    }
    if (!outcome.isDone) {
      lock.lock();
      try {
        while (!outcome.isDone) {
          awaitWriter();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Waits until somebody else has written a batch, or writes the next one. Under the lock. */
  @SuppressWarnings("WaitNotInLoop") // the callers loop: each has something else to wait for
  private void awaitWriter() {
    if (isWriting) {
      waiting++;
      changed.awaitUninterruptibly();
      waiting--;
    } else {
      write();
    }
  }

  /** Writes the batch. Under the lock, which is free meanwhile if it takes a system call. */
  private void write() {
    Batch batch = filling;
    Outcome outcome = batch.outcome();
    int count = batch.count();
    long spareBytes = maxBytes - bytes;
    filling = spare;
    spare = batch;
    isWriting = true;
    publishedBytes = 0;
    boolean waits = !appender.isMapped(batch.length());
    if (waits) {
      lock.unlock();
    }
    try {
      appender.write(batch, spareBytes);
    } finally {
      if (waits) {
        lock.lock();
      }
      pending -= count - outcome.written();
      bytes -= batch.length() - publishedBytes;
      batch.reset();
      isWriting = false;
      if (waiting > 0) {
        changed.signalAll();
      }
    }
    Throwable failure = outcome.failure();
    if (failure == null) {
      trouble.over();
    } else {
      trouble.met("cannot write", words(failure));
    }
  }

  @Override
  public void written(Run run, int lengthBytes, int records) {
    lock.lock();
    try {
      run.grow(lengthBytes, records);
      pending -= records;
      publishedBytes += lengthBytes;
      long before = added;
      added = before + records;
    } finally {
      lock.unlock();
    }
  }

  /** A segment was deleted. <b>Thread</b>: kauditd. */
  void deleted(long lengthBytes) {
    lock.lock();
    try {
      bytes -= lengthBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing any more; waits until what was being added is written. */
  void refuse(String why) {
    lock.lock();
    try {
      refusal = why;
      while (isWriting || filling.count() > 0) {
        awaitWriter();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forces to the disk what was written, if the spool promises that; nobody who adds waits for it.
   * <b>Thread</b>: kauditd.
   */
  void force() {
    try {
      appender.force();
    } catch (IOException e) {
      lock.lock();
      try {
        trouble.met("cannot force to the disk what was written", IoWords.of(e));
      } finally {
        lock.unlock();
      }
    }
  }
}
