// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Counts;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The engine serves another process as kauditd serves auditd: a daemon registers at the engine's
 * port, and gets the records by unicast; follows kauditd_send_queue() and
 * auditd_send_unicast_skb().
 */
final class PeerTransport implements Transport {
  private final long port;
  private final Set<Integer> users;
  private final int group;
  private final long timeoutMs;
  private final SendBatch messages;
  private final RecordEncoder encoder = new RecordEncoder();
  private @Nullable PeerServer server;
  private int sequence;
  private long failedPeer;

  PeerTransport(long port, Set<Integer> users, int group, long timeoutMs, int batchRecords) {
    this.port = port;
    this.users = users;
    this.group = group;
    this.timeoutMs = timeoutMs;
    messages = new SendBatch(batchRecords);
  }

  @Override
  public Set<URI> endpoints() {
    return Set.of(Endpoint.ofPort(port));
  }

  @Override
  public OpenResult open(TransportContext context) {
    if (server != null) {
      return OpenResult.listening();
    }
    if (Thread.currentThread().isVirtual()) {
      return OpenResult.failed("netlink needs a platform thread to send from, not a virtual one");
    }
    try {
      Platform.require();
      var allowed = new HashSet<>(users);
      allowed.addAll(Platform.ownUserAndRoot());
      server = new PeerServer(context, port, allowed, group);
      return OpenResult.listening();
    } catch (NetlinkException e) {
      return OpenResult.failed(e.getMessage());
    }
  }

  @Override
  public SendResult send(RecordBatch batch) {
    if (server == null) {
      return SendResult.failed(0, SendError.ECONNREFUSED, "the netlink socket is not open");
    }
    int count = 0;
    String rejection = null;
    while (count < messages.slots() && rejection == null) {
      AuditRecord record = batch.next();
      if (record == null) {
        break;
      }
      int length = encoder.putRecord(record, messages.data(), messages.at(count), ++sequence);
      if (length < 0) {
        rejection = rejection(record, length);
      } else {
        messages.length(count++, length);
      }
    }
    if (count > 0) {
      SendResult result = sendAll(server.socket(), batch.peer(), count);
      if (result.error() != null) {
        failedPeer = batch.peer();
        return result;
      }
    }
    return rejection == null
        ? SendResult.sent(count)
        : SendResult.failed(count, SendError.REJECTED, rejection);
  }

  private static String rejection(AuditRecord record, int why) {
    if (why == RecordEncoder.NOT_WHOLE) {
      return "the record would arrive as another one: its head says another type, time or serial,"
          + " or has no form of a head, or its type has more than nine digits";
    }
    byte[] head = record.headBytes();
    return "text of "
        + Counts.of(record.textBytes().length, "byte")
        + (head == null ? "" : " behind a head of " + head.length)
        + "; a record has at most "
        + AuditRecord.MAX_LENGTH_BYTES
        + (head == null ? "" : ", and a head " + AuditLineEncoder.MAX_HEAD_BYTES);
  }

  /** Sends at once what fits, then waits, for the timeout in all, where the daemon is full. */
  private SendResult sendAll(NetlinkSocket socket, long peer, int count) {
    messages.destination(peer);
    int taken = 0;
    long leftMs = timeoutMs;
    while (taken < count) {
      int sent = messages.send(socket, taken, count, Nl.MSG_DONTWAIT);
      if (sent == -Errno.EAGAIN && leftMs > 0) {
        long startNs = System.nanoTime();
        socket.setSendTimeout(leftMs);
        sent = messages.send(socket, taken, taken + 1, 0);
        leftMs -= TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
      }
      if (sent < 0 && sent != -Errno.EINTR) {
        return failed(taken, -sent, peer);
      }
      taken += Math.max(0, sent);
    }
    return SendResult.sent(taken);
  }

  private static SendResult failed(int taken, int errno, long peer) {
    SendError error =
        switch (errno) {
          case Errno.EAGAIN -> SendError.EAGAIN;
          case Errno.ECONNREFUSED -> SendError.ECONNREFUSED;
          case Errno.EPERM -> SendError.EPERM;
          case Errno.ENOBUFS -> SendError.ENOBUFS;
          case Errno.ENOMEM -> SendError.ENOMEM;
          case Errno.EMSGSIZE -> SendError.REJECTED;
          default -> SendError.EIO;
        };
    return SendResult.failed(
        taken, error, "send to the daemon at netlink port " + peer + ": " + Errno.describe(errno));
  }

  /** The daemon has to register again. If a new one has registered meanwhile, it stays. */
  @Override
  public void reset() {
    if (server != null) {
      server.forget(failedPeer);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
