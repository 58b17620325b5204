// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Durations;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.RecordsInDoubt;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends records over one connection.
 *
 * <p>If the protocol has acknowledgements, a record counts as delivered when the server has
 * acknowledged it. If not, it counts as delivered when its whole frame is in the socket's buffer;
 * what is in the buffers of the two hosts when the connection breaks is lost.
 *
 * <p>When a timeout ends a call, the frames that were not begun are taken back. The next call first
 * finishes a frame that was begun. Its record is not written a second time on this connection when
 * the engine offers it again.
 *
 * <p>If the protocol has heartbeats, a silent connection gets one from time to time. If it is not
 * answered, or the server has closed the connection, the engine is told, and opens another one.
 *
 * <p><b>Threads</b>: the kauditd thread, and one that sends heartbeats. They share the connection,
 * and neither waits for the other: a connection that is in use needs no heartbeat.
 */
public final class StreamTransport implements Transport {
  private static final int OUT_BYTES = 256 * 1024;
  private static final long OPEN_NS = TimeUnit.MILLISECONDS.toNanos(900);
  private static final long END_NS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final int REMEMBERED_WINDOWS = 4;
  private static final int LOOKS_PER_HEARTBEAT = 4;
  private static final Duration LOOK_PAUSE = Duration.ofMillis(10);

  private final String place;
  private final Connector connector;
  private final Framing framing;
  private final MessageFormat format;
  private final int maxFrameBytes;
  private final int window;
  private final long sendTimeoutNs;
  private final long patienceNs;

  private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_BYTES).limit(0);
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(8 * 1024);
  private final RecordsInDoubt inDoubt = RecordsInDoubt.none();
  private final InFlight inFlight;
  private final List<InFlight.Entry> offered = new ArrayList<>();

  private final Duration heartbeat;
  private final @Nullable IdleWatch idleWatch;

  /** Guards what belongs to the connection: everything below. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile @Nullable TransportContext context;
  private @Nullable Wire wire;
  private long beganAtBytes; // of the wire, for what the session began with
  private long putBytes;
  private long progressNs; // when the server last said anything, or had nothing to say
  private @Nullable AuditRecord tooLong;
  private long usedNs; // when the engine used the connection last, or a heartbeat was answered
  private long beatNs; // when the heartbeat that is under way was written
  private boolean isBeating;
  private boolean isGone; // the engine was told

  /**
   * The limits of a transport.
   *
   * @param window the maximum number of records in flight
   * @param patience after how long without any acknowledgement a connection is given up
   * @param heartbeat after how long without a record a heartbeat is sent; zero for never
   */
  public record Limits(int window, Duration sendTimeout, Duration patience, Duration heartbeat) {
    /** The same without heartbeats. */
    public Limits(int window, Duration sendTimeout, Duration patience) {
      this(window, sendTimeout, patience, Duration.ZERO);
    }

    /** The same with heartbeats. */
    public Limits withHeartbeat(Duration every) {
      return new Limits(window, sendTimeout, patience, every);
    }
  }

  /**
   * @param what what the server is called in messages
   */
  public StreamTransport(
      String what, Connector connector, Framing framing, MessageFormat format, Limits limits) {
    this.place = what + " " + connector.server();
    this.connector = connector;
    this.framing = framing;
    this.format = format;
    this.maxFrameBytes = format.maxBytes() + Framing.MAX_OVERHEAD_BYTES;
    this.window = limits.window();
    this.sendTimeoutNs = limits.sendTimeout().toNanos();
    this.patienceNs = limits.patience().toNanos();
    this.inFlight = new InFlight(REMEMBERED_WINDOWS * window);
    this.heartbeat = limits.heartbeat();
    this.idleWatch =
        heartbeat.isZero()
            ? null
            : new IdleWatch(heartbeat.dividedBy(LOOKS_PER_HEARTBEAT).plus(LOOK_PAUSE), this::look);
  }

  @Override
  public List<String> check() {
    try {
      connector.check();
      return List.of();
    } catch (IOException e) {
      return List.of(place + ": " + Failures.words(e));
    }
  }

  @Override
  public OpenResult open(TransportContext newContext) {
    lock.lock();
    try {
      return opened(newContext);
    } finally {
      lock.unlock();
    }
  }

  private OpenResult opened(TransportContext newContext) {
    reset();
    context = newContext;
    inDoubt.tell(newContext);
    format.opens();
    boolean interrupted = Thread.interrupted(); // it would close the socket that is used next
    try {
      wire = connect(System.nanoTime() + OPEN_NS);
      usedNs = System.nanoTime();
      isBeating = false;
      isGone = false;
      if (idleWatch != null) {
        idleWatch.start();
      }
      return OpenResult.connected();
    } catch (IOException e) {
      return OpenResult.failed(place + ": " + Failures.words(e));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Wire connect(long endNs) throws IOException {
    Wire made = connector.connect(endNs);
    try {
      framing.begin(made, endNs);
      beganAtBytes = made.passedOn();
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  @Override
  public SendResult send(RecordBatch batch) {
    lock.lock();
    try {
      return sent(batch);
    } finally {
      usedNs = System.nanoTime();
      lock.unlock();
    }
  }

  private SendResult sent(RecordBatch batch) {
    Wire to = wire;
    if (to == null) {
      return SendResult.failed(0, SendError.ECONNREFUSED, place + ": not connected");
    }
    boolean interrupted = Thread.interrupted();
    try {
      return send(to, batch, System.nanoTime() + sendTimeoutNs);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private SendResult send(Wire to, RecordBatch batch, long endNs) {
    offered.clear();
    tooLong = null;
    IOException failure = null;
    try {
      exchange(to);
      pull(to, batch, endNs);
      exchange(to);
      while (isUndecided() && System.nanoTime() - endNs < 0) {
        to.await(hasUnwritten(to), endNs);
        exchange(to);
      }
    } catch (IOException e) {
      failure = e;
    }
    int taken = 0;
    while (taken < offered.size() && offered.get(taken).isSettled()) {
      taken++;
    }
    SendResult result = result(taken, failure);
    inFlight.endOffer(offered, taken, inDoubt);
    takeBackUnwritten();
    offered.clear();
    return result;
  }

  /** Bytes wait here, or in the wire, which has encrypted them and not passed them on. */
  private boolean hasUnwritten(Wire to) {
    return out.hasRemaining() || to.passedOn() - beganAtBytes < putBytes;
  }

  /** Reads what the server said, then writes what waits, as far as both go without waiting. */
  private void exchange(Wire to) throws IOException {
    for (int count = read(to); count != 0; count = read(to)) {
      if (count < 0) {
        throw new ConnectException("the server closed the connection");
      }
      int before = inFlight.unsettled();
      isBeating = false;
      usedNs = System.nanoTime();
      framing.receive(incoming.flip(), inFlight);
      if (inFlight.unsettled() < before) {
        progressNs = System.nanoTime();
      }
    }
    to.write(out);
    if (!framing.acknowledges()) {
      inFlight.settleUpTo(to.passedOn() - beganAtBytes);
    }
  }

  private int read(Wire from) throws IOException {
    incoming.clear();
    return from.read(incoming);
  }

  /** Pulls records and puts their frames into the buffer, but for those that are under way. */
  private void pull(Wire to, RecordBatch batch, long endNs) throws IOException {
    while (offered.size() < window) {
      AuditRecord record = batch.next();
      if (record == null) {
        return;
      }
      if (!format.isSent(record)) {
        offered.add(InFlight.Entry.ofUnsent(record));
        continue;
      }
      InFlight.Entry entry = inFlight.claim(record);
      if (entry == null) {
        while (!hasRoom() && offered.isEmpty() && System.nanoTime() - endNs < 0) {
          to.await(hasUnwritten(to), endNs);
          exchange(to);
        }
        if (!hasRoom()) {
          return; // it comes again
        }
        ByteBuffer message = format.format(record);
        if (message == null) {
          tooLong = record;
          return;
        }
        entry = put(record, message);
      }
      offered.add(entry);
    }
  }

  private boolean hasRoom() {
    return inFlight.unsettled() < window && OUT_BYTES - out.remaining() >= maxFrameBytes;
  }

  private InFlight.Entry put(AuditRecord record, ByteBuffer message) {
    if (OUT_BYTES - out.limit() < maxFrameBytes) {
      out.compact().flip();
    }
    if (inFlight.unsettled() == 0) {
      progressNs = System.nanoTime();
    }
    int from = out.position();
    int before = out.limit();
    out.limit(OUT_BYTES).position(before);
    int transaction = framing.put(message, out);
    int after = out.position();
    out.limit(after).position(from);
    long start = putBytes;
    putBytes += after - before;
    inDoubt.writes(record);
    return inFlight.add(record, start, putBytes, transaction);
  }

  /** Whether waiting may still bring something for what was offered. */
  private boolean isUndecided() {
    boolean settled = true;
    for (InFlight.Entry each : offered) {
      if (each.refusal() != null) {
        return false;
      }
      settled &= each.isSettled();
    }
    return !settled;
  }

  private SendResult result(int taken, @Nullable IOException failure) {
    if (taken < offered.size() && offered.get(taken).refusal() != null) {
      return failed(taken, SendError.EAGAIN, "the server says " + offered.get(taken).refusal());
    }
    boolean allTaken = taken == offered.size();
    if (failure != null && !(allTaken && taken > 0)) {
      return failed(taken, Failures.error(failure), Failures.words(failure));
    }
    if (!allTaken || (taken == 0 && tooLong == null)) {
      return stalled(taken);
    }
    return tooLong == null
        ? SendResult.sent(taken)
        : failed(taken, SendError.REJECTED, "a record is longer than a message may be");
  }

  private SendResult stalled(int taken) {
    if (framing.acknowledges()
        && inFlight.unsettled() > 0
        && System.nanoTime() - progressNs > patienceNs) {
      return failed(
          taken,
          SendError.ECONNREFUSED,
          "no acknowledgement for " + Durations.inWords(Duration.ofNanos(patienceNs)));
    }
    return failed(
        taken,
        SendError.EAGAIN,
        framing.acknowledges()
            ? "no acknowledgement in time"
            : "the server takes nothing at present");
  }

  private SendResult failed(int taken, SendError error, String words) {
    return SendResult.failed(taken, error, place + ": " + words);
  }

  private void takeBackUnwritten() {
    long written = putBytes - out.remaining();
    InFlight.Cut cut = inFlight.cutUnwritten(written);
    if (cut != null) {
      out.limit(out.position() + (int) (cut.atBytes() - written));
      putBytes = cut.atBytes();
      framing.goBackTo(cut.transaction());
    }
  }

  /** What the thread does that sends heartbeats. */
  private void look() {
    if (!lock.tryLock()) {
      return; // the engine uses the connection
    }
    String trouble = null;
    try {
      Wire open = wire;
      if (open != null && !isGone && inFlight.unsettled() == 0) {
        trouble = beat(open, System.nanoTime());
      }
    } catch (IOException e) {
      trouble = Failures.words(e);
    } finally {
      isGone |= trouble != null;
      lock.unlock();
    }
    TransportContext engine = context;
    if (trouble != null && engine != null) {
      engine.disconnect(place + ": " + trouble);
    }
  }

  /** Sends a heartbeat if it is time to. Returns what is wrong with the connection, or null. */
  private @Nullable String beat(Wire to, long nowNs) throws IOException {
    exchange(to);
    if (isBeating && nowNs - beatNs > patienceNs) {
      return "no answer to a heartbeat for " + Durations.inWords(Duration.ofNanos(patienceNs));
    }
    if (!isBeating && !hasUnwritten(to) && nowNs - usedNs >= heartbeat.toNanos()) {
      out.clear();
      framing.heartbeat(out);
      out.flip();
      putBytes += out.remaining();
      beatNs = nowNs;
      isBeating = out.hasRemaining();
      exchange(to);
    }
    return null;
  }

  @Override
  public void reset() {
    lock.lock();
    try {
      disconnected();
    } finally {
      lock.unlock();
    }
  }

  private void disconnected() {
    if (wire != null) {
      wire.close();
      wire = null;
    }
    out.clear().limit(0);
    putBytes = 0;
    if (framing.acknowledges()) {
      inFlight.doubt(inDoubt);
    }
    inFlight.clear();
  }

  @Override
  public void close() {
    if (idleWatch != null) {
      idleWatch.close();
    }
    lock.lock();
    try {
      closed();
    } finally {
      lock.unlock();
    }
  }

  private void closed() {
    Wire open = wire;
    if (open != null && !hasUnwritten(open)) {
      boolean interrupted = Thread.interrupted();
      try {
        end(open, System.nanoTime() + END_NS);
      } catch (IOException e) {
        // it is closed all the same; what was taken is out already
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
    reset();
  }

  /**
   * Ends the connection, and waits a little for the server to do the same. Otherwise the socket's
   * buffer would be discarded if something arrived that nobody reads.
   */
  private void end(Wire open, long endNs) throws IOException {
    out.clear();
    framing.end(out);
    out.flip();
    open.write(out);
    open.endOutput();
    while (System.nanoTime() - endNs < 0) {
      int count = read(open);
      if (count < 0) {
        return;
      }
      if (count == 0) {
        open.await(false, endNs);
      }
    }
  }
}
