// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.kauditd.spi.Counts;
import io.kauditd.transport.netlink.Privileges.Capability;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Requests to an audit system and their answers, on a socket of their own, so that no record is
 * among them. Answers are matched by type and sequence number; late ones are ignored.
 *
 * <p>A request can block: while its backlog is over the limit, the kernel makes every writer to its
 * audit socket wait. So the thread that empties the backlog must never send one.
 */
final class KernelChannel implements AutoCloseable {
  private static final long ANSWER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
  private static final long SEND_TIMEOUT_MS = 1_000;
  private static final int REQUEST_LENGTH = Nl.HEADER + KernelStatus.LENGTH;

  private final NetlinkSocket socket;
  private final MemorySegment request = Arena.ofAuto().allocate(REQUEST_LENGTH, 8);
  private final MemorySegment destination;
  private final long peer;
  private final ReceiveBatch batch = new ReceiveBatch(4);

  // Begins anywhere: a late answer to another socket that had the same port must not fit.
  private int sequence = ThreadLocalRandom.current().nextInt();

  private KernelChannel(NetlinkSocket socket, long peer) {
    this.socket = socket;
    this.peer = peer;
    destination = NetlinkSocket.address(Arena.ofAuto(), peer, 0);
  }

  /** A channel to the kernel. */
  static KernelChannel toKernel() throws NetlinkException {
    return open(Nl.NETLINK_AUDIT, 0);
  }

  /** A channel to an engine in peer mode. */
  static KernelChannel toEngine(long port) throws NetlinkException {
    return open(Nl.NETLINK_USERSOCK, port);
  }

  private static KernelChannel open(int protocol, long peer) throws NetlinkException {
    try {
      NetlinkSocket socket = NetlinkSocket.open(protocol, 0, 0);
      socket.setSendTimeout(SEND_TIMEOUT_MS);
      return new KernelChannel(socket, peer);
    } catch (NetlinkException e) {
      if (protocol == Nl.NETLINK_AUDIT && e.errno() == Errno.EPROTONOSUPPORT) {
        throw Privileges.refused(e.errno(), "open the audit socket", Capability.CAP_AUDIT_CONTROL);
      }
      throw e;
    }
  }

  /** AUDIT_GET. */
  synchronized KernelStatus status() throws NetlinkException {
    Answer answer = exchange(Nl.AUDIT_GET, Nl.HEADER, "read the audit status");
    KernelStatus status =
        KernelStatus.parse(batch.data(), answer.at + Nl.HEADER, answer.received - Nl.HEADER);
    if (status == null) {
      throw new NetlinkException(
          Errno.EINVAL,
          "the audit status has " + Counts.of(answer.received, "byte") + ", too few to be one");
    }
    return status;
  }

  /** AUDIT_GET_FEATURE: the words of {@code audit_features}, version, mask, features, locks. */
  synchronized int @Nullable [] features() throws NetlinkException {
    Answer answer = exchange(Nl.AUDIT_GET_FEATURE, Nl.HEADER, "read the audit features");
    if (answer.received < Nl.HEADER + 16) {
      return null;
    }
    int[] words = new int[4];
    for (int i = 0; i < words.length; i++) {
      words[i] = batch.data().get(JAVA_INT_UNALIGNED, answer.at + Nl.HEADER + 4L * i);
    }
    return words;
  }

  /**
   * AUDIT_SET with one value.
   *
   * @return the error number that came back: 0, negative, or the old value where one was reset
   */
  synchronized int set(int mask, long value, String action) throws NetlinkException {
    KernelStatus.putChange(request, Nl.HEADER, mask, value);
    return exchange(Nl.AUDIT_SET, REQUEST_LENGTH, action).error;
  }

  /** Where an answer is in the batch, and the error number if it is an acknowledgement. */
  private record Answer(long at, int received, int error) {}

  private Answer exchange(int type, int length, String action) throws NetlinkException {
    sequence++;
    boolean replied = type != Nl.AUDIT_SET; // an acknowledgement as well would only be in the way
    int flags = Nl.NLM_F_REQUEST | (replied ? 0 : Nl.NLM_F_ACK);
    Nl.putHeader(request, 0, length, type, flags, sequence);
    int sent = socket.sendTo(request, length, 0, destination);
    if (sent < 0) {
      throw refused(-sent, action);
    }
    long deadlineNs = System.nanoTime() + ANSWER_TIMEOUT_NS;
    while (true) {
      Answer answer = find(batch.receive(socket), type, replied);
      if (answer != null) {
        if (replied && answer.error < 0) {
          throw refused(-answer.error, action);
        }
        return answer;
      }
      long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
      if (leftMs <= 0) {
        throw refused(Errno.ETIMEDOUT, action);
      }
      socket.awaitReadable(null, (int) leftMs);
    }
  }

  private NetlinkException refused(int errno, String action) {
    return peer == 0
        ? Privileges.refused(errno, action, Capability.CAP_AUDIT_CONTROL)
        : new NetlinkException(
            errno, "cannot " + action + " at netlink port " + peer + ": " + Errno.describe(errno));
  }

  private @Nullable Answer find(int count, int type, boolean replied) {
    for (int i = 0; i < count; i++) {
      long at = batch.at(i);
      int received = batch.length(i);
      Datagram kind = Datagram.classify(batch.data(), at, received, batch.sender(i), peer);
      boolean mine =
          (kind == Datagram.ANSWER || kind == Datagram.REPLY)
              && Nl.sequence(batch.data(), at) == sequence;
      if (mine && kind == Datagram.ANSWER) {
        int error = Nl.error(batch.data(), at);
        if (error < 0 || !replied) {
          return new Answer(at, received, error);
        }
      } else if (mine && Nl.type(batch.data(), at) == type) {
        return new Answer(at, received, 0);
      }
    }
    return null;
  }

  @Override
  public void close() {
    socket.close();
  }
}
