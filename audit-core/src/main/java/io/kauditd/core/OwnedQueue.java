// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue as the owner of the engine uses it. Whatever the queue throws is named as the queue's
 * fault, once, and ends nothing: not the pass, and not the connection to a daemon that has no part
 * in it.
 *
 * <p>What is in the queue is counted here as well, so that the ledger balances whatever the queue
 * says, and so that an answer which cannot be is found out: a queue cannot have lost more records
 * than were in it. Such an answer is named and not used.
 */
final class OwnedQueue {
  /** More records than any medium has; sums of a few such numbers do not overflow. */
  private static final long MOST_RECORDS = 1L << 59;

  /** A number of a record that is far from the last one there is. */
  static final long MOST_NUMBER = Long.MAX_VALUE / 2;

  private final QueueRole role;
  private final AuditQueue queue;
  private final ForeignCode foreign;
  private final LongSupplier entered; // records that producers put in
  private final Supplier<@Nullable AuditRecord> polls;
  private final LongSupplier sizes;

  private final boolean boundsItself;
  private final boolean outlivesProgram;
  private long recoveredAtStart;
  private int inFlight;
  private int stale; // given up behind those in flight, and offered again; see offerAgain
  private long held; // what was here and what was put in here, less what has left for good
  private long lost;
  private long evicted;
  private long surplus; // came out and had never been put in

  /** What came of adding a record. */
  enum Added {
    YES,
    NO_ROOM,
    FAILED
  }

  /**
   * A queue, whose content counts as recovered.
   *
   * @param entered how many records producers have put in, or are about to; for the main queue
   */
  OwnedQueue(QueueRole role, AuditQueue queue, ForeignCode foreign, LongSupplier entered) {
    this.role = role;
    this.queue = queue;
    this.foreign = foreign;
    this.entered = entered;
    this.polls = queue::poll;
    this.sizes = queue::size;
    this.boundsItself = foreign.asks(queue, "boundsItself", queue::boundsItself, false);
    this.outlivesProgram = foreign.asks(queue, "outlivesProgram", queue::outlivesProgram, false);
    this.recoveredAtStart = countAtStart();
  }

  /** Sees what is in the queue; returns how many records it had before the engine came. */
  private long countAtStart() {
    long size = size();
    if (queue instanceof MemoryQueue) {
      // What an earlier engine has left there; the way into the main queue counts that itself.
      held = role == QueueRole.MAIN ? 0 : size;
      return held;
    }
    long recovered = count("recovered", queue::recovered, 0);
    lost = count("lost", queue::lost, 0);
    evicted = count("evicted", queue::evicted, 0);
    if (recovered > MOST_RECORDS) {
      broke("recovered", "so many records there are not");
      recovered = 0;
    }
    if (lost > recovered || evicted > recovered - lost) {
      broke("lost", "it is more than recovered, among which they are");
      lost = 0;
      evicted = 0;
    }
    long left = recovered - lost - evicted;
    if (left != size) {
      broke("recovered", "it is not the number of records that are there");
    }
    held = Math.min(left, size);
    return held + lost + evicted;
  }

  /** Whether its own bound takes the place of the backlog limit. */
  boolean boundsItself() {
    return boundsItself;
  }

  /** Whether what is in it is there at the next start. */
  boolean outlivesProgram() {
    return outlivesProgram;
  }

  /**
   * Records that were in it before the engine came, and any that came out and were never put in.
   */
  long recovered() {
    return recoveredAtStart + surplus;
  }

  /**
   * Records that were put in and have not left for good, those in flight too. Not for the main
   * queue, which producers fill.
   */
  long held() {
    return held;
  }

  /** Between two passes: the queue has as many records as were put in and have not left. */
  void checkSize() {
    if (role != QueueRole.MAIN && size() != held) {
      broke("size", "it is not the number of records that were added and not taken");
    }
  }

  private void broke(String method, String rule) {
    foreign.faults().broke(queue, method, rule);
  }

  /** Records that were polled, and neither acknowledged nor put back. */
  int inFlight() {
    return inFlight;
  }

  QueueRole role() {
    return role;
  }

  /** Adds a record, if there is room by the queue's own bound or else by {@code limit}. */
  Added add(AuditRecord record, int limit) {
    try {
      if (!queue.add(record, capacity(limit))) {
        return Added.NO_ROOM;
      }
      held++;
      return Added.YES;
    } catch (IOException e) {
      foreign.faults().cannotTake(queue, e);
    } catch (Throwable e) { // plug-in code
      foreign.faults().threw(queue, "add", e);
    } finally {
      foreign.calm();
    }
    return Added.FAILED;
  }

  /**
   * Adds records in their order, as {@link #add} does; returns how many of the first were taken. If
   * the queue throws, or its answer cannot be, its size says how many, unless producers change that
   * too.
   */
  int addAll(List<AuditRecord> records, int limit) {
    long before = role == QueueRole.MAIN ? Long.MAX_VALUE : size();
    int taken = -1;
    try {
      taken = queue.addAll(records, capacity(limit));
      if (taken < 0 || taken > records.size()) {
        broke("addAll", "it took more records, or fewer, than it was given");
        taken = -1;
      }
    } catch (IOException e) {
      foreign.faults().cannotTake(queue, e);
    } catch (Throwable e) { // plug-in code
      foreign.faults().threw(queue, "addAll", e);
    } finally {
      foreign.calm();
    }
    if (taken < 0) {
      taken = Math.clamp(size() - before, 0, records.size());
    }
    held += taken;
    return taken;
  }

  private int capacity(int limit) {
    return boundsItself ? Integer.MAX_VALUE : limit;
  }

  /** The record at the head, now in flight; null if there is none, or it cannot be had just now. */
  @Nullable AuditRecord poll() {
    if (stale > 0) {
      return null; // what was given up lies between; it goes with the record in flight
    }
    AuditRecord record = foreign.get(queue, "poll", polls);
    if (record != null) {
      inFlight++;
      if (role != QueueRole.MAIN && inFlight > held) {
        broke("poll", "it gave a record that it was not given");
        held++;
        surplus++;
      }
    }
    return record;
  }

  /** The oldest {@code count} in flight are settled, whether the queue can forget them or not. */
  void acknowledge(int count) {
    inFlight -= count;
    held -= count;
    int all = count;
    if (inFlight == 0) {
      all += stale;
      stale = 0;
    }
    int forgets = all;
    foreign.call(queue, "acknowledge", () -> queue.acknowledge(forgets));
  }

  /**
   * The youngest {@code count} in flight go back to their places. Returns false if the queue does
   * not take them; then they are to be {@linkplain #offerAgain offered again}.
   */
  boolean putBack(int count) {
    if (stale > 0) {
      return false; // these are not the youngest to the queue
    }
    long before = size();
    if (foreign.call(queue, "putBack", () -> queue.putBack(count)) || isBack(before, count)) {
      inFlight -= count;
      return true;
    }
    return false;
  }

  /** Whether a queue that threw has put them back all the same; not known while producers add. */
  private boolean isBack(long before, int count) {
    return role != QueueRole.MAIN && size() == before + count;
  }

  /**
   * The youngest in flight were not put back, so nobody would meet them before the next start. They
   * are added once more, at the end, and forgotten where they are: with the last one in flight
   * before them, since a queue forgets from the front.
   *
   * @return how many, of the first ones, the queue took; the others are lost
   */
  int offerAgain(List<AuditRecord> youngest) {
    int taken = addAll(youngest, Integer.MAX_VALUE);
    inFlight -= youngest.size();
    stale += youngest.size();
    held -= youngest.size();
    if (inFlight == 0) {
      acknowledge(0);
    }
    return taken;
  }

  /**
   * Records in the queue, without those in flight. A queue that cannot tell, or says less than
   * nothing, has what was put in and did not come out. Any thread.
   */
  int size() {
    int says = (int) foreign.count(queue, "size", sizes, Integer.MIN_VALUE);
    if (says >= 0) {
      return says;
    }
    if (says != Integer.MIN_VALUE) {
      broke("size", "it is negative");
    }
    return Math.clamp(counted(), 0, Integer.MAX_VALUE);
  }

  /** Records that can be in the queue, without those in flight, as they are counted here. */
  long counted() {
    return entered.getAsLong() + held - inFlight;
  }

  /** The highest number that one of its records ever had. */
  long highestNumber() {
    long says = count("highestNumber", queue::highestNumber, 0);
    if (says > MOST_NUMBER) {
      broke("highestNumber", "so high a number is never given");
      return 0;
    }
    return says;
  }

  /** New records get no number up to this one. */
  void numbersAbove(long number) {
    foreign.call(queue, "numbersAbove", () -> queue.numbersAbove(number));
  }

  /**
   * Shows the records from the head on, until {@code goesOn} has seen enough, and leaves them in
   * their places. If the queue does not take them back, nobody meets them before the next start,
   * and nothing of the queue is delivered until then.
   */
  void lookWhile(Predicate<AuditRecord> goesOn) {
    int seen = 0;
    boolean more = true;
    while (more) {
      AuditRecord record = poll();
      seen += record != null ? 1 : 0;
      more = record != null && goesOn.test(record);
    }
    if (seen > 0 && !putBack(seen)) {
      inFlight -= seen;
      stale += seen;
    }
  }

  /** The first records are in another queue as well, and so were never recovered here. */
  void forgetFirst(int count) {
    int taken = 0;
    while (taken < count && poll() != null) {
      taken++;
    }
    if (taken > 0) {
      acknowledge(taken);
      recoveredAtStart -= taken;
    }
  }

  /** Records that the queue had lost before the engine came. */
  long lostAtStart() {
    return lost;
  }

  /** Records that the queue had evicted before the engine came. */
  long evictedAtStart() {
    return evicted;
  }

  /** Records that the queue has lost since this was asked last. */
  long newlyLost() {
    long more = growth("lost", queue::lost, lost);
    lost += more;
    return more;
  }

  /** Records that the queue has evicted since this was asked last. */
  long newlyEvicted() {
    long more = growth("evicted", queue::evicted, evicted);
    evicted += more;
    return more;
  }

  /** What is in it is out of everybody's reach from now on; returns how many records that is. */
  long leave() {
    int left = size();
    held -= left;
    return left;
  }

  private long growth(String name, LongSupplier call, long before) {
    long more = count(name, call, before) - before;
    if (more > counted()) {
      broke(name, "it grew by more than was in the queue");
      return 0;
    }
    held -= more;
    return more;
  }

  private long count(String name, LongSupplier call, long before) {
    long now = foreign.count(queue, name, call, before);
    if (now < before) {
      broke(name, "it is less than " + before);
      return before;
    }
    return now;
  }

  void passEnded() {
    foreign.call(queue, "passEnded", queue::passEnded);
  }

  void close() {
    foreign.call(queue, "close", queue::close);
  }
}
