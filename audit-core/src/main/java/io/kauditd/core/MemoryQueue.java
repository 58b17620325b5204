// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.Counts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A queue in memory, for many producers and one consumer, that grows as it is filled. It uses no
 * lock. A bound, in records or bytes, is exact with any number of producers.
 *
 * <p>Records are numbered from 0 and kept in a chain of fixed chunks. A producer claims a number by
 * moving {@code tail} with a compare-and-set, which also checks the bound and whether the queue
 * still takes records. Then it stores its record there. The consumer waits for the store of a
 * claimed number. The consumer reads at {@code cursor} and forgets at {@code head}. The records in
 * between are in flight.
 *
 * <p>Why no record is lost or read twice: exactly one compare-and-set claims a number. The chunk
 * for it exists before the claim, and is not unlinked before the consumer has acknowledged all of
 * it, which needs the store. A producer may find the chunk of a number unlinked because another
 * producer took the number meanwhile. Its compare-and-set would fail, so it starts again.
 *
 * <p>Why a claimed place is always filled: between the compare-and-set and the store there is no
 * call and no allocation, so nothing can need stack or memory, compiled or interpreted. For this
 * reason the store is to a plain array. It needs no fence. The consumer has read a {@code tail}
 * beyond the number before it reads the place. So everything that the producer did before the
 * compare-and-set, including the record's fields, is visible to the consumer on every processor,
 * and the store itself is one word. The exception is a thread that a debugger or an agent stops
 * between two bytecodes. Then {@link #poll} returns null, as for a medium that cannot be read, and
 * the records behind it wait.
 *
 * @since 0.1.0
 */
public final class MemoryQueue extends MemoryQueueFields.Padded implements AuditQueue {
  private static final int CHUNK_SHIFT = 10;
  private static final int CHUNK_RECORDS = 1 << CHUNK_SHIFT;
  private static final int CHUNK_MASK = CHUNK_RECORDS - 1;

  /** In {@code tail}: nothing is taken any more. The other bits are the next number. */
  private static final long SHUT = Long.MIN_VALUE;

  /** How often the consumer looks for a record whose number is claimed, before it gives up. */
  private static final int MAX_LOOKS = 1_000;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(AuditRecord[].class);
  private static final VarHandle TAIL;
  private static final VarHandle TAIL_CHUNK;
  private static final VarHandle CURSOR;
  private static final VarHandle HEAD;
  private static final VarHandle NEXT;
  private static final VarHandle EXCESS_ADDED;
  private static final VarHandle EXCESS_FREED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      TAIL = lookup.findVarHandle(MemoryQueueFields.Producers.class, "tail", long.class);
      TAIL_CHUNK =
          lookup.findVarHandle(MemoryQueueFields.Producers.class, "tailChunk", Chunk.class);
      CURSOR = lookup.findVarHandle(MemoryQueueFields.Consumer.class, "cursor", long.class);
      HEAD = lookup.findVarHandle(MemoryQueueFields.Consumer.class, "head", long.class);
      EXCESS_ADDED =
          lookup.findVarHandle(MemoryQueueFields.Producers.class, "excessAdded", long.class);
      EXCESS_FREED =
          lookup.findVarHandle(MemoryQueueFields.Consumer.class, "excessFreed", long.class);
      NEXT = lookup.findVarHandle(Chunk.class, "next", Chunk.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What a record takes besides its text: the objects it is made of, and its place here. */
  private static final int RECORD_BYTES = 112;

  /** Every record counts as at least a unit: the limit divided by {@link #UNITS}, at most this. */
  private static final int MAX_UNIT_BYTES = 320;

  private static final int UNITS = 1 << 17;

  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final long maxBytes;

  /** What each record counts with; only what a larger one takes beyond it is added up. */
  private final long unitBytes;

  /** An empty queue, bounded only by the backlog limit. */
  public MemoryQueue() {
    this(NO_LIMIT, 0);
  }

  /**
   * An empty queue with a limit in bytes, in addition to the backlog limit. A record counts as 112
   * bytes plus its text, one byte per char of a string; text that is not Latin-1 takes up to twice
   * as much. Each record counts as at least {@code maxBytes / 131,072}, up to 320 bytes. So the
   * sizes of most records need not be added up, and the limit costs them almost nothing.
   *
   * @param maxBytes 1 or more
   * @throws IllegalArgumentException if it is less
   */
  public MemoryQueue(long maxBytes) {
    this(checked(maxBytes), 0);
  }

  private MemoryQueue(long maxBytes, int first) {
    super(new Chunk(first, null));
    this.maxBytes = maxBytes;
    this.unitBytes =
        maxBytes == NO_LIMIT ? 0 : Math.clamp(maxBytes / UNITS, RECORD_BYTES, MAX_UNIT_BYTES);
  }

  private static long checked(long maxBytes) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes is " + maxBytes + "; it must be 1 or more");
    }
    return maxBytes;
  }

  @Override
  public boolean add(AuditRecord record, int capacity) {
    Objects.requireNonNull(record, "record");
    long excess = maxBytes == NO_LIMIT ? 0 : excessOf(record);
    return excess == 0 ? claim(record, capacity) : addLarge(record, capacity, excess);
  }

  private boolean addLarge(AuditRecord record, int capacity, long excess) {
    if (!hasLarge) {
      hasLarge = true;
    }
    // Looked at before anything is written: producers who are refused, by whatever bound, would
    // fight over the line of memory and be slower than those whose records are taken.
    if (hasNoRoom(tail, capacity, excess)) {
      return false;
    }
    // Reserved before the place is claimed: so the bound is exact, and whoever is stopped in
    // between leaves the queue a little smaller, but never without a bound.
    EXCESS_ADDED.getAndAdd(this, excess);
    if (!claim(record, capacity)) {
      EXCESS_ADDED.getAndAdd(this, -excess);
      return false;
    }
    return true;
  }

  /** What a record takes beyond what each counts with. */
  private long excessOf(AuditRecord record) {
    return Math.max(bytesOf(record) - unitBytes, 0);
  }

  /** What a record takes. */
  static long bytesOf(AuditRecord record) {
    String head = record.head();
    long text =
        record.rawText() instanceof String string ? string.length() : record.textBytes().length;
    return RECORD_BYTES + text + (head == null ? 0 : head.length());
  }

  /** Whether it has a limit in bytes. */
  boolean limitsBytes() {
    return maxBytes != NO_LIMIT;
  }

  /** What the records count with, in bytes, as far as there is a limit; 0 if there is none. */
  long bytes() {
    long freed = excessFreed; // first, so that it is at most what was added
    long read = head;
    return countedBytes(added() - read, excessAdded - freed);
  }

  private long countedBytes(long records, long excess) {
    return records * unitBytes + excess;
  }

  long maxBytes() {
    return maxBytes;
  }

  private boolean claim(AuditRecord record, int capacity) {
    while (true) {
      long claimed = tail;
      if (claimed < 0) {
        return false; // shut
      }
      if (hasNoRoom(claimed, capacity, 0)) {
        return false;
      }
      Chunk chunk = chunkOf(claimed >> CHUNK_SHIFT);
      if (chunk != null) {
        @Nullable AuditRecord[] slots = chunk.slots;
        int slot = (int) claimed & CHUNK_MASK;
        if (TAIL.compareAndSet(this, claimed, claimed + 1)) {
          slots[slot] = record; // see the class comment: no call may stand between these two lines
          return true;
        }
      }
      Thread.onSpinWait();
    }
  }

  /**
   * Whether there is no room, in records or bytes, for a number and an excess that is not reserved
   * yet. The excess that is reserved is read after the tail: whoever reserves more before the claim
   * of this number succeeds must claim a later one, and counts this one.
   */
  private boolean hasNoRoom(long claimed, int capacity, long excess) {
    long records = claimed - headSeen;
    return (records >= capacity
            || countedBytes(records + 1, excessAdded + excess - excessFreedSeen) > maxBytes)
        && isFull(claimed, capacity, excess);
  }

  /** Whether there is no room, by what the consumer has read and freed by now. */
  private boolean isFull(long claimed, int capacity, long excess) {
    // Looked at only when it may be full: the consumer writes this line of memory all the time. And
    // written only when it moved, so that producers who are refused do not fight over it.
    long seen = head;
    if (seen != headSeen) {
      headSeen = seen;
    }
    long freed = excessFreed;
    if (freed != excessFreedSeen) {
      excessFreedSeen = freed;
    }
    return (claimed - cursor >= capacity && capacity != Integer.MAX_VALUE)
        || countedBytes(claimed + 1 - seen, excessAdded + excess - freed) > maxBytes;
  }

  /**
   * From now on {@link #add} takes nothing. What it took before is counted in {@link #added}, which
   * does not change any more: the claim and this are changes of one word.
   */
  void shut() {
    TAIL.getAndBitwiseOr(this, SHUT);
  }

  /** Takes records again, for the next engine that is given this queue. */
  void unshut() {
    TAIL.getAndBitwiseAnd(this, ~SHUT);
  }

  boolean isShut() {
    return tail < 0;
  }

  /** The chunk with this number, made if need be; null if the consumer is past it already. */
  private @Nullable Chunk chunkOf(long number) {
    Chunk chunk = tailChunk;
    while (chunk != null && chunk.number > number) {
      chunk = chunk.previous;
    }
    while (chunk != null && chunk.number < number) {
      Chunk next = chunk.next;
      if (next == chunk) {
        return null;
      }
      if (next == null) {
        Chunk made = new Chunk(chunk.number + 1, chunk);
        next = NEXT.compareAndSet(chunk, null, made) ? made : chunk.next;
      }
      TAIL_CHUNK.compareAndSet(this, chunk, next);
      chunk = next;
    }
    return chunk;
  }

  @Override
  public @Nullable AuditRecord poll() {
    long at = cursor;
    if (at == tailSeen) {
      // Looked at only when what was there is used up: producers write this line all the time.
      tailSeen = added();
      if (at == tailSeen) {
        return null;
      }
    }
    Chunk chunk = cursorChunk;
    if (chunk.number != at >> CHUNK_SHIFT) {
      chunk = following(chunk);
      cursorChunk = chunk;
    }
    AuditRecord record = awaitStore(chunk.slots, (int) at & CHUNK_MASK);
    if (record != null) {
      CURSOR.setRelease(this, at + 1);
    }
    return record;
  }

  /**
   * The record of a number that was claimed: its producer stores it next, or has done so. Null if
   * that producer has been kept from it for so long that the consumer had better do something else.
   */
  @SuppressWarnings("ThreadPriorityCheck") // a hint, not relied upon
  private static @Nullable AuditRecord awaitStore(@Nullable AuditRecord[] slots, int slot) {
    for (int spins = 0; spins < MAX_LOOKS; spins++) {
      AuditRecord record = (AuditRecord) SLOT.getAcquire(slots, slot);
      if (record != null) {
        return record;
      }
      if (spins < 100) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // the producer may need this very processor
      }
    }
    return null;
  }

  private static Chunk following(Chunk chunk) {
    Chunk next = chunk.next;
    if (next == null) {
      throw new IllegalStateException(
          "chunk " + chunk.number + " has records behind it but no end");
    }
    return next;
  }

  @Override
  public void acknowledge(int count) {
    if (count < 0 || count > cursor - head) {
      throw new IllegalArgumentException(
          Counts.of(count, "record") + " acknowledged, " + (cursor - head) + " in flight");
    }
    long end = head + count;
    boolean large = hasLarge;
    long freed = 0;
    for (long at = head; at < end; at++) {
      if (headChunk.number != at >> CHUNK_SHIFT) {
        Chunk left = headChunk;
        headChunk = following(left);
        headChunk.previous = null;
        left.next = left;
      }
      int slot = (int) at & CHUNK_MASK;
      AuditRecord done = headChunk.slots[slot];
      freed += done == null || !large ? 0 : excessOf(done);
      headChunk.slots[slot] = null;
    }
    HEAD.setRelease(this, end);
    if (freed > 0) {
      EXCESS_FREED.setRelease(this, excessFreed + freed);
    }
  }

  @Override
  public void putBack(int count) {
    long back = cursor - count;
    if (count < 0 || back < head) {
      throw new IllegalArgumentException(
          Counts.of(count, "record") + " put back, " + (cursor - head) + " in flight");
    }
    Chunk chunk = cursorChunk;
    while (chunk.number > back >> CHUNK_SHIFT && chunk.previous != null) {
      chunk = chunk.previous;
    }
    cursorChunk = chunk;
    CURSOR.setRelease(this, back);
  }

  @Override
  public int size() {
    long read = cursor;
    return (int) Math.min(Math.max(added() - read, 0), Integer.MAX_VALUE);
  }

  /** Records ever added. */
  long added() {
    return tail & ~SHUT;
  }

  @Override
  public void close() {}

  /** A run of {@value #CHUNK_RECORDS} numbers. */
  static final class Chunk {
    final long number;
    final @Nullable AuditRecord[] slots = new AuditRecord[CHUNK_RECORDS];
    volatile @Nullable Chunk next;
    volatile @Nullable Chunk previous; // null once the consumer has acknowledged what lies there

    Chunk(long number, @Nullable Chunk previous) {
      this.number = number;
      this.previous = previous;
    }
  }
}
