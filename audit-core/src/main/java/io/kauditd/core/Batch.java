// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The records of one walk that are in flight: taken from the queue, and neither settled nor put
 * back. Pulling a record is where the walk touches it first, so listeners are told here, and
 * commands of other threads are carried out here, as between two records sent one by one.
 */
final class Batch implements RecordBatch {
  /** Bounds what is in flight, and so how long one call of a transport can take. */
  static final int MAX_RECORDS = 1024;

  private final @Nullable AuditRecord[] records = new AuditRecord[MAX_RECORDS];
  private final PullHook hook;
  private AuditQueue queue;
  private long peer;
  private int first; // the oldest in flight
  private int served; // the next that the transport has not been given in this call
  private int end;
  private long mayPoll; // records of the queue that belong to the walk
  private int maxRecords = MAX_RECORDS;
  private boolean detached;
  private boolean ranDry;

  /** What happens around a pull. */
  interface PullHook {
    /** Before a record is taken: carries out commands. */
    void beforePull();

    /** A record was taken from the queue for the first time. */
    void onPull(AuditRecord record);

    /** Records that were taken go back into their place, the youngest ones that were taken. */
    void onPutBack(int count);
  }

  Batch(AuditQueue any, PullHook hook) {
    this.queue = any;
    this.hook = hook;
  }

  /** Starts a walk over the next {@code bound} records of a queue. */
  void begin(AuditQueue walked, long bound, long toPeer, int mostInFlight) {
    queue = walked;
    mayPoll = bound;
    peer = toPeer;
    maxRecords = Math.clamp(mostInFlight, 1, MAX_RECORDS);
    detached = false;
    ranDry = false;
    first = 0;
    served = 0;
    end = 0;
  }

  /** Starts a call of the transport: it is given first what is still in flight. */
  void offerAgain() {
    served = first;
  }

  @Override
  public @Nullable AuditRecord next() {
    if (served < end) {
      return records[served++];
    }
    if (inFlight() >= maxRecords) {
      return null;
    }
    hook.beforePull();
    AuditRecord record = pull();
    served = end;
    return record;
  }

  @Override
  public long peer() {
    return peer;
  }

  /** Takes the next record of the walk in flight; null if the walk is through. */
  private @Nullable AuditRecord pull() {
    if (mayPoll == 0) {
      return null;
    }
    AuditRecord record = queue.poll();
    if (record == null) {
      ranDry = mayPoll < Integer.MAX_VALUE && queue.size() > 0; // its medium cannot be read now
      mayPoll = 0; // others have emptied it, or a walk without a bound has reached the end
      return null;
    }
    mayPoll--;
    if (end == MAX_RECORDS) {
      compact();
    }
    records[end++] = record;
    hook.onPull(record);
    return record;
  }

  private void compact() {
    System.arraycopy(records, first, records, 0, end - first);
    served -= first;
    end -= first;
    first = 0;
  }

  /** The oldest record in flight, taken from the queue if none is; null if the walk is through. */
  @Nullable AuditRecord head() {
    return first < end ? records[first] : pull();
  }

  int inFlight() {
    return end - first;
  }

  /** Records handed out in this call of the transport. */
  int given() {
    return served - first;
  }

  /** The oldest {@code count} in flight are settled. */
  void settle(int count) {
    for (int i = 0; i < count; i++) {
      records[first++] = null;
    }
    if (!detached) {
      queue.acknowledge(count);
    }
    if (first == end) {
      first = 0;
      served = 0;
      end = 0;
      detached = false;
    }
  }

  /**
   * Puts everything in flight back into its place.
   *
   * @param walkedAgain how many of them the walk may take once more, counted from the youngest
   */
  void putBack(int walkedAgain) {
    int count = inFlight();
    queue.putBack(count);
    hook.onPutBack(count);
    for (int i = first; i < end; i++) {
      records[i] = null;
    }
    first = 0;
    served = 0;
    end = 0;
    mayPoll += Math.min(walkedAgain, count);
  }

  /**
   * Lets the queue forget what is in flight although it is not settled, so that the records behind
   * it can leave the queue before it. That happens when the daemon unregisters while the retry
   * queue is walked, see {@link QueueWalker#flushRetryQueue}.
   */
  @SuppressWarnings("ReferenceEquality") // a queue is itself and no other
  void detach(AuditQueue from) {
    if (from == queue && !detached && inFlight() > 0) {
      queue.acknowledge(inFlight());
      detached = true;
    }
  }

  /** Whether {@link #detach} left the records in flight without a place to go back to. */
  boolean isDetached() {
    return detached;
  }

  /** Whether the queue gave no record although there are some, so that the walk ended early. */
  boolean ranDry() {
    return ranDry;
  }

  /** Records of the walk that are not settled: in flight, or not taken yet. */
  long remaining() {
    return inFlight() + mayPoll;
  }
}
