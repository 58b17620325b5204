// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.EventLog;
import io.kauditd.api.FlushResult;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.api.MulticastListener;
import io.kauditd.api.ProducerContext;
import io.kauditd.spi.TransportContext;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * kauditd's state machine. It starts no thread and never sleeps; one call of {@link #pass} is one
 * turn of kauditd_thread(): hold queue, retry queue, main queue.
 *
 * <p><b>Threads</b>: {@link #pass}, {@link #runCommands} and {@link #closeNow} belong to one
 * thread, the owner. Any thread may call the other methods. {@link Kauditd} is an owner with its
 * own thread. An application that has a loop already can be the owner itself.
 *
 * <p>No lock is held while a plug-in is called.
 *
 * @since 0.1.0
 */
public final class AuditEngine implements ManagedAuditLog {
  /** So many changes by others, one after the other, are made by the change itself. */
  private static final int MAX_CHANGES = 1_000;

  /** The maximum time that closing waits for calls of the main queue that have not returned. */
  private static final long MOST_INSIDE_NS = 100_000_000;

  private final EngineParts parts;
  private final Gate.Wakeup wakeup;
  private final EngineClock clock;
  private final AtomicReference<AuditSettings> settings;
  private final Serials serials = new Serials();
  private final Commands commands = new Commands();
  private final Counters counters = new Counters();
  private final Losses losses;
  private final ForeignCode foreign;
  private final @Nullable Predicate<AuditRecord> filter;
  private final Listeners listeners;
  private final Owner owner;
  private final ClosingTime closing;
  private final Gate gate;
  private final TransportLink link;
  private final StatusBoard status;
  private final PassMachine machine;

  private final AtomicLong given = new AtomicLong(); // the highest position that was told

  private final AtomicLong saidSentAgain = new AtomicLong(); // by the transport itself

  private volatile long leftAndLost;
  private volatile boolean closed;

  @SuppressWarnings("ReferenceEquality") // there is one NONE
  AuditEngine(EngineParts parts, Gate.Wakeup wakeup) {
    this.parts = parts;
    this.wakeup = wakeup;
    this.clock = parts.clock();
    this.foreign = parts.foreign();
    this.filter = parts.filter();
    this.owner = parts.owner();
    boolean passive = wakeup == Gate.Wakeup.NONE;
    this.closing = new ClosingTime(passive ? clock::nanoTime : System::nanoTime);
    this.settings = new AtomicReference<>(parts.settings());
    var outages =
        new Outages(parts.outageReports(), parts.logPrefix(), clock::nanoTime, this::lostByNow);
    this.losses =
        new Losses(
            clock,
            settings::get,
            parts.printk(),
            parts.logPrefix(),
            parts.panicHandler(),
            foreign,
            outages::firstLoss);
    this.gate =
        new Gate(
            parts.main(),
            settings::get,
            new RateLimit(clock),
            losses,
            parts.printk(),
            parts.backlogWait(),
            wakeup,
            owner,
            foreign);
    Queues queues = Queues.of(parts, settings::get, gate::entered);
    this.listeners = new Listeners(foreign);
    this.link =
        new TransportLink(parts.transport(), new Context(), parts.reopenPause(), foreign, outages);
    this.status = new StatusBoard(queues, counters, losses, gate);
    this.machine =
        new PassMachine(
            parts, queues, commands, counters, losses, link, listeners, gate::accepted, status);
    owner.built();
    FlightEvents.engineBegins();
  }

  /**
   * Runs one pass: carries out waiting commands, opens the transport if necessary, walks the hold,
   * retry and main queues, and wakes producers that wait for room.
   *
   * <p><b>Thread</b>: the owner. <b>Blocking</b>: as long as the transport takes to send.
   *
   * @return whether the pass ended by itself; false only for the endless pass of v5.16, which is
   *     broken off
   */
  public boolean pass() {
    return passUntil(closing::isOver);
  }

  /** Runs a pass that is broken off, between two calls of the transport, when the time is over. */
  private boolean passUntil(BooleanSupplier over) {
    if (closed) {
      return true;
    }
    owner.enter();
    try {
      boolean ended = machine.pass(over);
      losses.passEnded();
      return ended;
    } finally {
      owner.leave();
    }
  }

  /**
   * Begins a pass that its owner runs step by step; {@link #pass} is the same in one call:
   *
   * <pre>{@code
   * engine.beginPass();
   * while (engine.advance()) { // a record is in flight, and the listeners have seen it
   *   engine.send(); // one call of the transport
   * }
   * }</pre>
   *
   * <p>Between two steps the owner may log, connect and disconnect (which {@link #runCommands}
   * carries out at once), or leave the pass for a while. At most one record is in flight then; all
   * others are in their queues.
   *
   * <p><b>Thread</b>: the owner.
   *
   * @throws IllegalStateException if a pass is running already
   */
  public void beginPass() {
    if (!closed) {
      owner.run(machine::begin);
    }
  }

  /**
   * Takes the next record in flight, unless one is in flight already. Records that are not to be
   * sent are routed on the way. <b>Thread</b>: the owner. <b>Blocking</b>: none.
   *
   * @return whether a record is in flight; if not, the pass has ended
   */
  public boolean advance() {
    owner.enter();
    try {
      boolean more = machine.advance();
      if (!more) {
        losses.passEnded();
      }
      return more;
    } finally {
      owner.leave();
    }
  }

  /**
   * The record that {@link #send} begins with, between two steps of a pass; null if there is none.
   * <b>Thread</b>: the owner.
   */
  public @Nullable AuditRecord inFlight() {
    return machine.inFlight();
  }

  /**
   * Calls the transport once and handles its result. Does nothing without a record in flight.
   * <b>Thread</b>: the owner. <b>Blocking</b>: as long as the transport takes for one call.
   */
  public void send() {
    owner.run(machine::send);
  }

  /** Ends the pass here; records that were not sent keep their places. <b>Thread</b>: the owner. */
  public void breakOffPass() {
    owner.run(machine::breakOff);
  }

  /**
   * Carries out the commands of other threads now: between two passes, or between two steps of one.
   * <b>Thread</b>: the owner.
   */
  public void runCommands() {
    owner.run(machine::runCommands);
  }

  /**
   * How long the owner may wait before the next pass: at most this many nanoseconds; 0 for no wait,
   * {@link Long#MAX_VALUE} for no limit. Ask again when a record was logged or a daemon has
   * connected.
   */
  public long idleNs() {
    return machine.idleNs();
  }

  /** Whether the last pass could not send everything, so that the next one may wait a little. */
  boolean isStalled() {
    return machine.isStalled();
  }

  /** Whether the last pass took records from the main queue. */
  boolean tookRecords() {
    return machine.tookRecords();
  }

  /** Whether a command waits, or so many records that a pass should not be put off. */
  boolean isWanted() {
    return !commands.isEmpty() || machine.isBacklogHigh();
  }

  /** Records that wait in any queue. */
  long waiting() {
    return machine.waiting();
  }

  /** Whether so many records came that a pass should not be put off. Any thread. */
  boolean isBacklogHigh() {
    return machine.isBacklogHigh();
  }

  // Called by producers and all other threads.

  @Override
  public boolean log(int type, String text) {
    if (type < 0) {
      throw new IllegalArgumentException("record type " + type + " is negative");
    }
    Objects.requireNonNull(text, "text"); // before a serial is used up
    return log(
        AuditRecord.of(type, clock.currentTimeMs(), serials.next(), text),
        ProducerContext.BLOCKING);
  }

  /** Follows audit_log_start(), which asks its exclude filter before anything else. */
  @Override
  public boolean log(AuditRecord record, ProducerContext context) {
    Objects.requireNonNull(record, "record");
    Objects.requireNonNull(context, "context");
    if (EngineLog.isWriting()) {
      // An appender sends the engine's own lines back into it.
      losses.atGate(LostReason.FILTERED, 1, settings.get());
      return false;
    }
    if (filter != null && !takes(filter, record)) {
      losses.atGate(LostReason.FILTERED, 1, settings.get());
      return false;
    }
    return gate.log(record, context);
  }

  /** If a filter throws, the record is taken: a fault must not leave out records. */
  private boolean takes(Predicate<AuditRecord> filter, AuditRecord record) {
    return foreign.asks(filter, "test", () -> filter.test(record), true);
  }

  /** New serials are higher than this one. */
  void serialsAbove(long given) {
    serials.above(given);
  }

  /** So many records came before the engine was there, and could not be kept. */
  void lostEarly(long records) {
    if (records > 0) {
      AuditSettings now = settings.get();
      long before = losses.atGate(LostReason.BACKLOG_LIMIT, records, now);
      losses.say(LostReason.BACKLOG_LIMIT, before, now);
    }
  }

  @Override
  public EventLog event() {
    return new StampedEvent(this, clock.currentTimeMs(), serials.next());
  }

  @Override
  public AuditStatus status() {
    return status.read(
        settings.get(),
        parts.policyId(),
        parts.transportId(),
        link.lastError(),
        saidSentAgain.get(),
        closed);
  }

  @Override
  public long accepted() {
    return given.accumulateAndGet(gate.entered(), Math::max);
  }

  @Override
  public long settled() {
    long asked = given.get(); // before looking: what comes later may not be settled
    long position = machine.settlement().position();
    boolean all = !gate.isBusy() && position >= gate.accepted();
    return all ? Math.max(position, asked) : position;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // there is one NONE
  public FlushResult flush(Duration timeout) {
    long timeoutNs = Waits.toNanos(timeout, "timeout");
    long position = accepted();
    Ledger before = status().ledger();
    BooleanSupplier reached = () -> settled() >= position;
    if (!reached.getAsBoolean() && !timeout.isZero() && !owner.isInPass()) {
      if (wakeup == Gate.Wakeup.NONE && owner.isOwner()) {
        passUntil(reached, timeoutNs);
      } else {
        wakeup.commandPosted();
        machine.settlement().await(reached, timeoutNs);
      }
    }
    return flushed(reached.getAsBoolean(), before, status().ledger());
  }

  /** Runs passes, on the owner's own thread, until it is reached, or a pass does not help. */
  private void passUntil(BooleanSupplier reached, long timeoutNs) {
    long startNs = clock.nanoTime();
    BooleanSupplier over = () -> closing.isOver() || clock.nanoTime() - startNs >= timeoutNs;
    long leftBefore = Long.MAX_VALUE;
    while (!reached.getAsBoolean() && waiting() < leftBefore && !over.getAsBoolean()) {
      leftBefore = waiting();
      passUntil(over);
    }
  }

  private FlushResult flushed(boolean complete, Ledger before, Ledger after) {
    return FlushResult.of(
        complete,
        after.delivered() - before.delivered(),
        after.droppedTotal() - before.droppedTotal(),
        machine.kept(after),
        after.waiting() - machine.kept(after));
  }

  @Override
  public void configure(UnaryOperator<AuditSettings> change) {
    Objects.requireNonNull(change, "change");
    AuditSettings before;
    AuditSettings after;
    int tries = 0;
    do {
      if (tries++ == MAX_CHANGES) {
        throw new IllegalStateException(
            "the settings were changed "
                + MAX_CHANGES
                + " times while this change was made; does it configure the log itself?");
      }
      before = settings.get();
      after = Objects.requireNonNull(change.apply(before), "the change returned null");
    } while (!settings.compareAndSet(before, after));
    parts.backlogWait().wakeAll(); // a higher limit may be all that a producer waits for
  }

  @Override
  public void addListener(MulticastListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
  }

  @Override
  public void removeListener(MulticastListener listener) {
    listeners.remove(Objects.requireNonNull(listener, "listener"));
  }

  /**
   * Registers a daemon between the next two send attempts. It replaces any other.
   *
   * @param peer its port id, 1 or more
   * @throws IllegalArgumentException if it is 0 or negative
   */
  public void connect(long peer) {
    post(new Command.Connect(portId(peer)));
  }

  private static long portId(long peer) {
    if (peer < 1) {
      throw new IllegalArgumentException("peer is " + peer + "; a port id is 1 or more");
    }
    return peer;
  }

  /** Unregisters the present daemon between the next two send attempts. */
  public void disconnect() {
    post(new Command.Disconnect(Command.Disconnect.ANY, null));
  }

  @Override
  public void rotate() {
    post(new Command.Rotate());
  }

  @Override
  public void resume() {
    post(new Command.Resume());
  }

  private void post(Command command) {
    commands.post(command);
    wakeup.commandPosted();
  }

  /** How long what waits is delivered once this engine is being closed. */
  ClosingTime closing() {
    return closing;
  }

  /** From now on nothing is accepted, and what waits is delivered until the time is over. */
  void beginClosing(long lengthNs) {
    closing.begin(lengthNs);
    gate.close();
  }

  /** Whether something is left to deliver for an engine that is being closed. */
  boolean hasMore() {
    return gate.isBusy() || waiting() > 0;
  }

  /**
   * Runs passes without pauses until no record waits, a pass delivers nothing, or the deadline has
   * passed; then closes. For an owner without a thread. <b>Thread</b>: the owner.
   *
   * <p>If a plug-in or listener calls this from within a pass, the engine only stops accepting
   * records; the owner closes it.
   */
  @Override
  public AuditStatus close(Duration deadline) {
    beginClosing(Waits.toNanos(deadline, "deadline"));
    if (owner.isInPass()) {
      return status();
    }
    owner.run(machine::endPass); // one that the owner runs step by step
    long deliveredBefore = -1;
    while (!closed && hasMore() && counters.delivered > deliveredBefore && !closing.isOver()) {
      deliveredBefore = counters.delivered;
      pass();
    }
    closeNow();
    return status();
  }

  /** Closes transport and queues as they are. <b>Thread</b>: the owner. */
  void closeNow() {
    beginClosing(0);
    if (closed) {
      return;
    }
    awaitProducersInside();
    gate.seal();
    owner.run(() -> leftAndLost = machine.dropLeft(parts.leftIsLost()));
    losses.sayAtLast();
    owner.run(machine::close);
    closed = true;
    FlightEvents.engineEnds();
  }

  /** Records on their way into the main queue are there in a moment, unless its medium hangs. */
  @SuppressWarnings("ThreadPriorityCheck") // a hint, not relied upon
  private void awaitProducersInside() {
    long endNs = System.nanoTime() + MOST_INSIDE_NS;
    while (gate.isBusy() && endNs - System.nanoTime() > 0) {
      Thread.yield();
    }
  }

  private long lostByNow() {
    return losses.lost();
  }

  /** What was delivered. <b>Thread</b>: the owner. */
  long delivered() {
    return counters.delivered;
  }

  /** Whether all remaining records are in queues that outlive the program. */
  boolean leftIsKept() {
    Ledger ledger = status().ledger();
    return !gate.isBusy() && ledger.waiting() == machine.kept(ledger);
  }

  /** Records that were left at the end in queues which nobody keeps. Any thread. */
  long leftAndLost() {
    return leftAndLost;
  }

  /** Records that wait in queues which outlive the program. Any thread. */
  long kept(Ledger ledger) {
    return machine.kept(ledger);
  }

  /** Losses that no line has told of yet. */
  boolean hasUnsaidLosses() {
    return losses.isUnsaid();
  }

  /** Tells of them, if a line is allowed. <b>Thread</b>: the owner. */
  void sayUnsaidLosses() {
    losses.sayUnsaid();
  }

  /** A number that changes with whatever a pass does to a record. <b>Thread</b>: the owner. */
  long work() {
    long work = counters.takenFromMain + counters.sendAttempts + counters.failedSends;
    for (long dropped : counters.dropped) {
      work += dropped;
    }
    return work;
  }

  /** Names what a pass threw. */
  void passThrew(Throwable thrown) {
    foreign.faults().threw(this, "pass", thrown);
  }

  /** What a transport may ask for. */
  private final class Context implements TransportContext {
    @Override
    public void connect() {
      post(new Command.Connect(Connection.NO_PORT));
    }

    @Override
    public void connect(long peer) {
      AuditEngine.this.connect(peer);
    }

    @Override
    public void disconnect() {
      post(new Command.Disconnect(Connection.NO_PORT, null));
    }

    @Override
    public void disconnect(String reason) {
      post(new Command.Disconnect(Connection.NO_PORT, Objects.requireNonNull(reason, "reason")));
    }

    @Override
    public void panic(String reason) {
      losses.panic(reason);
    }

    @Override
    public void sentAgain(long records) {
      if (records < 0) {
        throw new IllegalArgumentException("records is " + records + "; it must be 0 or more");
      }
      saidSentAgain.addAndGet(records);
    }

    @Override
    public void disconnect(long peer) {
      post(new Command.Disconnect(portId(peer), null));
    }

    @Override
    public void addListener(MulticastListener listener) {
      AuditEngine.this.addListener(listener);
    }

    @Override
    public void removeListener(MulticastListener listener) {
      AuditEngine.this.removeListener(listener);
    }

    @Override
    public AuditStatus status() {
      return AuditEngine.this.status();
    }
  }
}
