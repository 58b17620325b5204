// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSink;
import java.lang.foreign.MemorySegment;

/**
 * Receives from one socket and hands the records to a sink until it is told to end. Everything else
 * that arrives goes to a {@link Control}; nothing is discarded without a report. One thread.
 */
final class RecordPump {
  private static final int IDLE_MS = 1000;

  /** Tells the pump when to end, and gets what is no record. */
  interface Control {
    /** Whether nothing more is sent to the socket, so that the pump ends once it is empty. */
    boolean isOver();

    /** How long the pump goes on at most when it is over and records keep coming. */
    default long drainLimitNs() {
      return Long.MAX_VALUE;
    }

    /** An acknowledgement, 0, or an error number, negative. */
    default void acknowledged(int sequence, int error) {}

    /** The other side asks whether this daemon is alive, for process {@code candidate}. */
    default void tested(long candidate) {}

    /**
     * Whether the message is from the expected sender.
     *
     * @param user the sender's user id, -1 if it was not asked for
     */
    default boolean trusts(int user) {
      return true;
    }
  }

  private final NetlinkSocket socket;
  private final WakeUp wakeUp;
  private final long sender;
  private final Control control;
  private final RecordSink sink;
  private final ReceiveProblems problems;
  private final boolean endOfEvent;
  private final ReceiveBatch batch;
  private final RecordParser parser = new RecordParser();
  private long overSinceNs;

  /**
   * Makes a pump.
   *
   * @param sender the only port whose messages are accepted; 0 is the kernel
   * @param endOfEvent whether EOE records are passed on
   */
  RecordPump(
      NetlinkSocket socket,
      WakeUp wakeUp,
      long sender,
      Control control,
      RecordSink sink,
      ReceiveProblems problems,
      boolean endOfEvent,
      int batchRecords) {
    this.socket = socket;
    this.wakeUp = wakeUp;
    this.sender = sender;
    this.control = control;
    this.sink = sink;
    this.problems = problems;
    this.endOfEvent = endOfEvent;
    batch = new ReceiveBatch(batchRecords);
  }

  /** Receives until the control says that it is over and the socket is empty. */
  void run() throws NetlinkException {
    try {
      while (receiveOnce()) {}
    } finally {
      problems.close();
    }
  }

  private boolean receiveOnce() throws NetlinkException {
    boolean over = control.isOver(); // asked before the socket is found empty, not after
    int count = batch.receive(socket);
    if (count > 0) {
      for (int i = 0; i < count; i++) {
        take(i);
      }
      long nowNs = System.nanoTime();
      problems.report(nowNs);
      return !over || withinDrainLimit(nowNs);
    }
    switch (-count) {
      case Errno.EAGAIN, 0 -> {
        if (over) {
          return false;
        }
        if (!socket.awaitReadable(wakeUp, IDLE_MS)) {
          problems.pause(System.nanoTime());
        }
      }
      case Errno.ENOBUFS -> problems.overrun();
      case Errno.EINTR -> {}
      default ->
          throw new NetlinkException(
              -count, "receiving from the audit socket: " + Errno.describe(-count));
    }
    return true;
  }

  private boolean withinDrainLimit(long nowNs) {
    if (overSinceNs == 0) {
      overSinceNs = nowNs;
    }
    return nowNs - overSinceNs < control.drainLimitNs();
  }

  private void take(int i) {
    long at = batch.at(i);
    if (!control.trusts(batch.senderUser(i))) {
      problems.foreign();
      return;
    }
    if (batch.truncated(i)) {
      problems.truncated();
    }
    dispatch(batch.data(), at, batch.length(i), batch.sender(i));
  }

  /** Handles one datagram; whatever is in it, it comes to an end without an exception. */
  void dispatch(MemorySegment data, long at, int received, long from) {
    switch (Datagram.classify(data, at, received, from, sender)) {
      case RECORD -> record(Nl.type(data, at), data, at + Nl.HEADER, received - Nl.HEADER);
      case ANSWER -> control.acknowledged(Nl.sequence(data, at), Nl.error(data, at));
      case REPLACE ->
          control.tested(Integer.toUnsignedLong(data.get(JAVA_INT_UNALIGNED, at + Nl.HEADER)));
      case FOREIGN -> problems.foreign();
      case TOO_SHORT -> problems.malformed();
      case REPLY, IGNORED -> {} // nothing was asked on this socket
    }
  }

  private void record(int type, MemorySegment data, long at, int length) {
    boolean isLine = type == Nl.AUDIT_LINE;
    AuditRecord record =
        isLine ? parser.parseLine(data, at, length) : parser.parse(type, data, at, length);
    if (record == null) {
      problems.malformed();
      byte[] text = parser.wholeText(data, at, length);
      int kept = isLine ? RecordType.UNKNOWN : type;
      sink.accept(AuditRecord.ofBytes(kept, System.currentTimeMillis(), sink.nextSerial(), text));
      return;
    }
    problems.record(record);
    if (endOfEvent || record.type() != RecordType.EOE) {
      sink.accept(record);
    }
  }
}
