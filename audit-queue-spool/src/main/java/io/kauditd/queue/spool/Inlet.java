// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import io.kauditd.queue.spool.Batch.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
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
 *
 * <p>Where each write waits for the disk, a writer first waits a moment for the threads that were
 * there just before, which are about to come back: one force serves all of them then. If they stay
 * away, the next writer does not wait for them any more.
 */
final class Inlet implements Appender.Listener {
  private static final int ENCODERS = 8; // a power of two
  private static final int LOCK_TRIES = 10;

  /**
   * Between two tries. In that time the thread that has the lock adds a few records, and what it
   * writes stays in its processor: to take turns at each record costs more than to add one.
   */
  private static final int LOCK_PAUSES = 64;

  private static final int WRITE_SPINS = 400;
  private static final long MOST_GATHER_NS = 1_000_000;

  /** Then a thread looks by itself: the one that was to wake it may have come to grief. */
  private static final long MOST_PARK_NS = 50_000_000;

  private final AtomicReferenceArray<@Nullable FrameEncoder> encoders =
      new AtomicReferenceArray<>(ENCODERS);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition gathered = lock.newCondition();
  private final String name;
  private final Trouble trouble;
  private final Appender appender;
  private final LongSupplier taken;
  private final long maxBytes;
  private final int spins;
  private final boolean gathers;

  // Guarded by the lock; the volatile ones are read without it.
  private Batch filling = new Batch();
  private Batch spare = new Batch();
  private int pending; // records in batches that are not published
  private long bytes; // of all segments, and of what is pending
  private long publishedBytes; // of the batch that is being written
  private int waiting;
  private int waitingForRoom;
  private int callers; // whose records are in the batch
  private int crowd; // callers that the last write served, or that came meanwhile
  private long lastWriteNs; // how long it took
  private boolean isGathering;
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
    this.gathers = options.sync == Sync.DATA;
    this.spins = gathers ? 0 : WRITE_SPINS; // a disk takes longer than that
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
        joined();
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
        if (count > 0) {
          joined();
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
      trouble.met("cannot write", IoWords.withWayOut(cause));
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
    return failure instanceof IOException e ? IoWords.of(e) : String.valueOf(failure.getMessage());
  }

  /** Takes the lock, which nobody holds for long. */
  private void acquire() {
    for (int i = 0; i < LOCK_TRIES; i++) {
      if (lock.tryLock()) {
        return;
      }
      for (int n = 0; n < LOCK_PAUSES; n++) {
        Thread.onSpinWait();
      }
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
      waitingForRoom++;
      gathered.signal();
      awaitWriter();
      waitingForRoom--;
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

  /** A caller has put what it has into the batch, and writes it, unless somebody writes. */
  private void joined() {
    callers++;
    if (!isWriting) {
      write();
    } else if (isGathering && callers >= crowd) {
      gathered.signal();
    }
  }

  /** Waits until a record is written, or writes it. */
  private void await(Outcome outcome) {
    for (int i = 0; i < spins && !outcome.isDone && isWriting; i++) {
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    boolean isKnown = false; // to the writer
    while (!outcome.isDone) {
      if (waitsForWriter(outcome, isKnown)) {
        isKnown = true;
        LockSupport.parkNanos(this, MOST_PARK_NS);
        interrupted |= Thread.interrupted(); // or it would not park any more
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whether somebody writes, and will wake this thread: all whose records were in the batch, and
   * one whose record is in the next. Each wakes up by itself, not one after the other under the
   * lock. If nobody writes, this thread has written when it returns.
   */
  private boolean waitsForWriter(Outcome outcome, boolean isKnown) {
    acquire();
    try {
      if (outcome.isDone) {
        return false;
      }
      if (!isWriting) {
        write();
        return false;
      }
      if (!isKnown) {
        outcome.waiting().add(Thread.currentThread());
      }
      return true;
    } finally {
      lock.unlock();
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

  /** Waits a moment for as many callers as came the last time. Under the lock, free meanwhile. */
  private void gather() {
    isWriting = true; // nobody else begins meanwhile
    isGathering = true;
    try {
      long leftNs = Math.min(lastWriteNs, MOST_GATHER_NS);
      while (leftNs > 0 && callers < crowd && waitingForRoom == 0) {
        leftNs = gathered.awaitNanos(leftNs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      isGathering = false;
      isWriting = false;
    }
  }

  /** Writes the batch. Under the lock, which is free meanwhile if it takes a system call. */
  private void write() {
    if (gathers) {
      gather();
    }
    isWriting = true;
    long startNs = gathers ? System.nanoTime() : 0;
    Batch batch = filling;
    Outcome outcome = batch.outcome();
    int count = batch.count();
    int served = callers;
    callers = 0;
    long spareBytes = maxBytes - bytes;
    filling = spare;
    spare = batch;
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
      crowd = served + callers;
      lastWriteNs = gathers ? System.nanoTime() - startNs : 0;
      isWriting = false;
      if (waiting > 0) {
        changed.signalAll();
      }
      wake(outcome.waiting(), filling.outcome().waiting());
    }
    Throwable failure = outcome.failure();
    if (failure == null) {
      trouble.over();
    } else {
      trouble.met("cannot write", words(failure));
    }
  }

  /** Wakes who waited for a batch, and one who waits for the next. The lock is free meanwhile. */
  private void wake(List<Thread> done, List<Thread> next) {
    if (done.isEmpty() && next.isEmpty()) {
      return;
    }
    Thread first = next.isEmpty() ? null : next.getFirst();
    lock.unlock();
    try {
      LockSupport.unpark(first);
      done.forEach(LockSupport::unpark);
    } finally {
      lock.lock();
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
