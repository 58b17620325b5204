// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import java.io.IOException;

/**
 * The way into the main queue. It counts the records that the queue took, and can be closed at one
 * moment: a record that was taken before is in {@link #accepted}, and every later one is refused.
 */
abstract sealed class Intake permits Intake.OfMemory, Intake.OfAny {
  /** The way into a queue. What the queue has at this moment counts as accepted. */
  static Intake of(AuditQueue main, ForeignCode foreign) {
    return main instanceof MemoryQueue memory ? new OfMemory(memory) : new OfAny(main, foreign);
  }

  /** What came of a record. */
  enum Answer {
    TAKEN,
    /** There was no room, or {@link #isShut}. */
    REFUSED,
    /** The queue failed; that has been named. */
    FAILED
  }

  /** Adds to the queue if it has room. */
  abstract Answer add(AuditRecord record, int capacity);

  /** Whether the capacity that is asked for is the only bound, so that room can be told by it. */
  abstract boolean isBoundedByLimitAlone();

  /** Records that were taken so far. After {@link #seal} it does not change any more. */
  abstract long accepted();

  /** As {@link #accepted}, with those whose call of {@link #add} has not ended. */
  abstract long entered();

  /** Whether the queue is bounded by what it was given, and not by the backlog limit. */
  abstract boolean boundsItself();

  /** From now on no call of {@link #add} begins to take a record. */
  abstract void shut();

  abstract boolean isShut();

  /** Whether calls of {@link #add} that began before {@link #shut} have not ended yet. */
  abstract boolean isBusy();

  /** From now on calls of {@link #add} that have not ended take nothing either. */
  abstract void seal();

  /**
   * The memory queue: the claim of a place, the bit that says that no more are given, and the count
   * are one word of its own. See {@link MemoryQueue#shut}.
   */
  static final class OfMemory extends Intake {
    private final MemoryQueue main;
    private final long before;

    OfMemory(MemoryQueue main) {
      this.main = main;
      main.unshut();
      this.before = main.added() - main.size();
    }

    @Override
    Answer add(AuditRecord record, int capacity) {
      return main.add(record, capacity) ? Answer.TAKEN : Answer.REFUSED;
    }

    @Override
    boolean isBoundedByLimitAlone() {
      return !main.limitsBytes();
    }

    @Override
    long accepted() {
      return main.added() - before;
    }

    @Override
    long entered() {
      return accepted();
    }

    @Override
    boolean boundsItself() {
      return false;
    }

    @Override
    void shut() {
      main.shut();
    }

    @Override
    boolean isShut() {
      return main.isShut();
    }

    @Override
    boolean isBusy() {
      return false; // a place that was claimed is filled, and the count has it already
    }

    @Override
    void seal() {}
  }

  /**
   * Any queue. Each call is in a word while it lasts, {@link #INSIDE}, and leaves it by one atomic
   * step that also counts the record, {@link #ACCEPTED}. A call enters the word and then looks
   * whether the way is shut; who shuts it does that first and then looks at the words; both are
   * volatile, so one of the two sees the other. A call that comes out after {@link #seal} finds
   * that in the word that it would be counted in, and says that its record was not taken.
   *
   * <p>Whatever the queue throws is contained here, the interrupt flag of the caller is kept from
   * it (a channel that is interrupted closes) and given back.
   */
  static final class OfAny extends Intake {
    private static final int WORD = 0;
    private static final long INSIDE = 1;
    private static final long INSIDE_MASK = (1L << 20) - 1;
    private static final int ACCEPTED_SHIFT = 20;
    private static final long ACCEPTED = 1L << ACCEPTED_SHIFT;
    private static final long ACCEPTED_MASK = (1L << 43) - 1;
    private static final long SEALED = Long.MIN_VALUE;

    private final AuditQueue main;
    private final FaultLog faults;
    private final boolean boundsItself;
    private final Stripes words = new Stripes(1);
    private volatile boolean shut;

    OfAny(AuditQueue main, ForeignCode foreign) {
      this.main = main;
      this.faults = foreign.faults();
      this.boundsItself = foreign.asks(main, "boundsItself", main::boundsItself, false);
    }

    @Override
    Answer add(AuditRecord record, int capacity) {
      StackProbe.reserve(); // so that the call also leaves the word that it enters
      int copy = words.mine();
      words.add(copy, WORD, INSIDE);
      Answer answer = shut ? Answer.REFUSED : addContained(record, capacity);
      long change = answer == Answer.TAKEN ? ACCEPTED - INSIDE : -INSIDE;
      boolean sealed = words.addUnless(copy, WORD, SEALED, change, -INSIDE) < 0;
      return sealed ? Answer.REFUSED : answer;
    }

    private Answer addContained(AuditRecord record, int capacity) {
      boolean interrupted = Thread.interrupted();
      Answer answer;
      try {
        answer =
            main.add(record, boundsItself ? Integer.MAX_VALUE : capacity)
                ? Answer.TAKEN
                : Answer.REFUSED;
      } catch (IOException e) {
        faults.cannotTake(main, e);
        answer = Answer.FAILED;
      } catch (Throwable e) { // plug-in code
        faults.threw(main, "add", e);
        answer = Answer.FAILED;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return answer;
    }

    @Override
    boolean isBoundedByLimitAlone() {
      return false;
    }

    @Override
    long accepted() {
      return words.sum(word -> (word >>> ACCEPTED_SHIFT) & ACCEPTED_MASK);
    }

    @Override
    long entered() {
      return words.sum(word -> ((word >>> ACCEPTED_SHIFT) & ACCEPTED_MASK) + (word & INSIDE_MASK));
    }

    @Override
    boolean boundsItself() {
      return boundsItself;
    }

    @Override
    void shut() {
      shut = true;
    }

    @Override
    boolean isShut() {
      return shut;
    }

    @Override
    boolean isBusy() {
      return words.sum(word -> word & INSIDE_MASK) > 0;
    }

    @Override
    void seal() {
      words.setBits(WORD, SEALED);
    }
  }
}
