// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.LostReason;
import io.kauditd.api.ProducerContext;
import io.kauditd.core.Intake.Answer;
import io.kauditd.spi.AuditQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place where producers meet the engine: checks the backlog and the rate, waits where that
 * is allowed, and enqueues. Follows audit_log_start() and audit_log_end().
 *
 * <p>Each record is counted once, by one atomic step: as accepted, in the {@link Intake}, or as
 * lost for a reason, in {@link Losses}.
 */
final class Gate {
  /** A wait that returns so often, at once and without room, does not wait. */
  private static final int MAX_IDLE_WAITS = 1_000;

  private final AuditQueue main;
  private final Intake intake;
  private final Supplier<AuditSettings> settings;
  private final RateLimit rateLimit;
  private final Losses losses;
  private final Printk printk;
  private final SafeWait backlogWait;
  private final Wakeup wakeup;
  private final Owner owner;
  private final ForeignCode foreign;
  private final Stripes waitedNs = new Stripes(1);

  /** What producers do to get the kauditd thread going, and what they must know of it. */
  interface Wakeup {
    /** For an engine without a thread. */
    Wakeup NONE =
        new Wakeup() {
          @Override
          public void aboutToAdd() {}

          @Override
          public void recordAdded() {}

          @Override
          public void backlogFull() {}

          @Override
          public void commandPosted() {}
        };

    /** A record may be added next: what {@link #recordAdded} needs then is made sure of now. */
    void aboutToAdd();

    /** A record was added to the main queue. */
    void recordAdded();

    /** The main queue has no room, and a producer waits for a pass. */
    void backlogFull();

    /** A command waits for the owner. */
    void commandPosted();
  }

  /** Who the calling thread is to the engine. */
  interface Owner {
    /** Whether it runs a pass at this moment, so that it is a plug-in or a listener that logs. */
    boolean isInPass();

    /** Whether it is the one that runs the passes, and would wait for itself. */
    boolean isOwner();
  }

  Gate(
      AuditQueue main,
      Supplier<AuditSettings> settings,
      RateLimit rateLimit,
      Losses losses,
      Printk printk,
      SafeWait backlogWait,
      Wakeup wakeup,
      Owner owner,
      ForeignCode foreign) {
    this.main = main;
    this.intake = Intake.of(main, foreign);
    this.settings = settings;
    this.rateLimit = rateLimit;
    this.losses = losses;
    this.printk = printk;
    this.backlogWait = backlogWait;
    this.wakeup = wakeup;
    this.owner = owner;
    this.foreign = foreign;
  }

  /** The time that producers have waited, in nanoseconds. */
  long waitedNs() {
    return waitedNs.sum(0);
  }

  /** Records that were accepted so far. */
  long accepted() {
    return intake.accepted();
  }

  /** As {@link #accepted}, with those that are on their way into the main queue. */
  long entered() {
    return intake.entered();
  }

  /** From now on nothing is accepted; those who wait are sent away. */
  void close() {
    intake.shut();
    backlogWait.wakeAll();
  }

  /**
   * Whether a record is on its way into the main queue and has no place there yet. If not, every
   * record that was on its way when this was called is in the queue.
   */
  boolean isBusy() {
    return intake.isBusy();
  }

  /** After this {@link #accepted} does not change any more. */
  void seal() {
    intake.seal();
  }

  /** Takes a record, or counts it as lost. */
  boolean log(AuditRecord record, ProducerContext context) {
    AuditSettings now = settings.get();
    wakeup.aboutToAdd();
    // The usual way is one call: a queue with room takes the record and checks its bound at once.
    Answer answer =
        now.rateLimit() == 0 ? intake.add(record, capacity(now, context)) : Answer.REFUSED;
    if (answer != Answer.TAKEN && !logSlowly(record, context, answer, now)) {
      return false;
    }
    wakeup.recordAdded();
    return true;
  }

  private boolean logSlowly(
      AuditRecord record, ProducerContext asked, Answer answer, AuditSettings before) {
    AuditSettings now = before;
    @Nullable LostReason lost = LostReason.QUEUE_FAILURE;
    if (answer == Answer.REFUSED && isAnswered(asked, now)) {
      lost = intake.isShut() ? LostReason.CLOSED : LostReason.BACKLOG_LIMIT;
    } else if (answer == Answer.REFUSED) {
      lost = add(record, contextOf(asked));
      now = settings.get(); // it may have waited
    }
    if (lost == null) {
      return true;
    }
    long lostBefore = losses.atGate(lost, 1, now);
    if (lost == LostReason.BACKLOG_LIMIT) {
      printBacklog(now);
    }
    losses.say(lost, lostBefore, now);
    return false;
  }

  /**
   * Whether a queue that has not taken a record at once has said all there is to say: nobody may
   * wait, and no rate is counted. So losing a record asks the queue no more often than taking one.
   */
  private boolean isAnswered(ProducerContext asked, AuditSettings now) {
    boolean mayWait = asked == ProducerContext.BLOCKING && now.backlogWaitTimeMs() > 0;
    return !mayWait && now.rateLimit() == 0 && !isSelf();
  }

  /** Whether the calling thread runs a pass, which the limit does not apply to. */
  private boolean isSelf() {
    return backlogWait.needsAnotherThread() && owner.isInPass();
  }

  /** Who would wait for itself does not wait. */
  private ProducerContext contextOf(ProducerContext asked) {
    if (!backlogWait.needsAnotherThread()) {
      return asked; // an application's own wait may run a pass itself
    }
    if (isSelf()) {
      return ProducerContext.DAEMON;
    }
    return owner.isOwner() && asked == ProducerContext.BLOCKING ? ProducerContext.ATOMIC : asked;
  }

  /**
   * Follows audit_log_start(). The backlog is checked first, so the rate limit sees only records
   * that passed it. Returns why the record was not added, or null if it was.
   */
  private @Nullable LostReason add(AuditRecord record, ProducerContext context) {
    boolean withinRate = false;
    boolean refused = false; // by a queue with a bound of its own, or because others were quicker
    boolean added = false;
    long made = 0;
    @Nullable LostReason lost = null;
    @Nullable Wait wait = null;
    while (!added && lost == null) {
      if (intake.isShut()) {
        lost = LostReason.CLOSED;
      } else if (refused || (!context.skipsBacklog() && isOverLimit())) {
        long mostMs = settings.get().backlogWaitTimeMs();
        if (wait == null && mostMs > 0 && context == ProducerContext.BLOCKING) {
          wait = new Wait(mostMs * 1_000_000);
        }
        if (wait == null || wait.isOver()) {
          lost = LostReason.BACKLOG_LIMIT;
        } else {
          wait.await(refused ? roomSince(made) : this::hasRoom);
        }
        refused = false;
      } else if (!withinRate && !rateLimit.check(settings.get().rateLimit())) {
        lost = LostReason.RATE_LIMIT;
      } else {
        withinRate = true;
        made = backlogWait.made(); // before it is tried: room that is made from here on counts
        Answer answer = intake.add(record, capacity(settings.get(), context));
        added = answer == Answer.TAKEN;
        refused = answer == Answer.REFUSED;
        lost = answer == Answer.FAILED ? LostReason.QUEUE_FAILURE : null;
      }
    }
    if (wait != null) {
      wait.end(added);
    }
    return lost;
  }

  /** The main queue takes one record more than its limit: the kernel asks whether it is over it. */
  private static int capacity(AuditSettings settings, ProducerContext context) {
    int limit = settings.backlogLimit();
    return limit == 0 || context.skipsBacklog() ? Integer.MAX_VALUE : limit + 1;
  }

  private boolean isOverLimit() {
    int limit = settings.get().backlogLimit();
    return limit > 0 && !intake.boundsItself() && backlog() > limit;
  }

  private boolean hasRoom() {
    return intake.isShut() || !isOverLimit();
  }

  /**
   * Room for a record that the queue has refused. The memory queue has no other bound than the
   * backlog limit; what bounds another is known to that queue alone, so it is asked again when
   * records have left it.
   */
  private BacklogWait.Room roomSince(long made) {
    return () ->
        intake.isShut()
            || backlogWait.made() != made
            || (intake.isBoundedByLimitAlone() && !isOverLimit());
  }

  private int backlog() {
    return (int)
        foreign.count(main, "size", main::size, 0); // then add is asked, which knows better
  }

  private void printBacklog(AuditSettings now) {
    if (rateLimit.check(now.rateLimit()) && !losses.isQuiet()) {
      StackProbe.reserve(); // no lock of the log's is left behind
      if (printk.ratelimitLosses()) {
        printk.warn("audit_backlog=" + backlog() + " > audit_backlog_limit=" + now.backlogLimit());
      }
    }
  }

  /** The wait of one producer for room for one record. */
  private final class Wait {
    private final ProducerWaitEvent event = new ProducerWaitEvent();
    private long leftNs;
    private boolean begun;
    private int idleWaits;

    Wait(long mostNs) {
      leftNs = mostNs;
      event.begin();
    }

    boolean isOver() {
      return leftNs <= 0;
    }

    /** Sleeps until there is room, or a pass has ended, or the time is over. */
    void await(BacklogWait.Room room) {
      StackProbe.reserve(); // no lock is left behind, and no count of those who wait
      if (!begun) {
        begun = true;
        wakeup.backlogFull(); // once: a pass that makes no room makes none the second time
      }
      long stillLeftNs = backlogWait.await(leftNs, room);
      waitedNs.add(waitedNs.mine(), 0, leftNs - stillLeftNs);
      idleWaits = stillLeftNs == leftNs && !room.available() ? idleWaits + 1 : 0;
      leftNs = stillLeftNs;
      if (idleWaits > MAX_IDLE_WAITS) {
        foreign.faults().broke(backlogWait.inner(), "await", "it returns at once, without room");
        leftNs = 0;
      }
    }

    void end(boolean added) {
      event.end(added, backlog());
    }
  }
}
