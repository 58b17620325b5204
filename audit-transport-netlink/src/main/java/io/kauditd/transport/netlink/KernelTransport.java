// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Counts;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import io.kauditd.transport.netlink.Privileges.Capability;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends each record as a user message to the kernel's own audit trail; the kernel acknowledges it.
 *
 * <p>While auditing is off, the kernel acknowledges messages but drops them. So the transport
 * checks whether it is on, when it opens and once a second, if it may (CAP_AUDIT_CONTROL). While it
 * is off, the connection is down and records wait in the queues.
 */
final class KernelTransport implements Transport {
  private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

  /**
   * The maximum number of records that are sent before their answers are read. The kernel discards
   * an answer if the receive buffer is full, and a usual buffer holds some 270.
   */
  private static final int UNANSWERED = 128;

  private static final int ANSWER_MS = 1_000;
  private static final long SLOW_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final String OFF =
      "auditing is off in the kernel (enabled 0), which would drop what it is sent; turn it on with"
          + " 'audit kernel set --enabled 1'";

  private final SendBatch messages;
  private final ReceiveBatch answers;
  private final RecordEncoder encoder = new RecordEncoder();
  private @Nullable NetlinkSocket socket;
  private @Nullable KernelChannel control;
  private long lookedNs;
  private int sequence;
  private int refusal;

  /** How many records to send at once: one while the kernel makes its senders wait. */
  private int limit;

  KernelTransport(int batchRecords) {
    messages = new SendBatch(batchRecords);
    answers = new ReceiveBatch(batchRecords);
    limit = batchRecords;
  }

  @Override
  public Set<URI> endpoints() {
    return Set.of(Endpoint.KERNEL);
  }

  @Override
  public OpenResult open(TransportContext context) {
    reset();
    if (Thread.currentThread().isVirtual()) {
      return OpenResult.failed("netlink needs a platform thread to send from, not a virtual one");
    }
    try {
      checkPrivileges();
      socket = NetlinkSocket.open(Nl.NETLINK_AUDIT, 0, 0);
      messages.destination(0);
      control = openControl();
      return isOff() ? OpenResult.failed(OFF) : OpenResult.connected();
    } catch (NetlinkException e) {
      return OpenResult.failed(e.getMessage());
    }
  }

  private static void checkPrivileges() throws NetlinkException {
    if (!Privileges.has(Capability.CAP_AUDIT_WRITE)) {
      throw Privileges.refused(Errno.EPERM, "send user messages", Capability.CAP_AUDIT_WRITE);
    }
  }

  @Override
  public List<String> check() {
    try (KernelChannel looking = openControl()) {
      checkPrivileges();
      return looking != null && looking.status().enabled() == 0 ? List.of(OFF) : List.of();
    } catch (NetlinkException e) {
      return List.of(e.getMessage());
    }
  }

  private static @Nullable KernelChannel openControl() throws NetlinkException {
    return Privileges.has(Capability.CAP_AUDIT_CONTROL) && Privileges.inFirstPidNamespace()
        ? KernelChannel.toKernel()
        : null;
  }

  private boolean isOff() throws NetlinkException {
    lookedNs = System.nanoTime();
    return control != null && control.status().enabled() == 0;
  }

  @Override
  public SendResult send(RecordBatch batch) {
    if (socket == null) {
      return SendResult.failed(0, SendError.ECONNREFUSED, "the audit socket is not open");
    }
    try {
      if (System.nanoTime() - lookedNs > LOOK_NS && isOff()) {
        return SendResult.failed(0, SendError.ECONNREFUSED, OFF);
      }
      return sendAll(socket, batch);
    } catch (NetlinkException e) {
      return SendResult.failed(0, SendError.EIO, e.getMessage());
    }
  }

  private SendResult sendAll(NetlinkSocket to, RecordBatch batch) {
    int count = 0;
    String rejection = null;
    while (count < limit && rejection == null) {
      AuditRecord record = batch.next();
      if (record == null) {
        break;
      }
      rejection = put(record, count);
      count += rejection == null ? 1 : 0;
    }
    long startNs = System.nanoTime();
    if (count > 0) {
      SendResult result = sendAndAwait(to, count);
      limit = System.nanoTime() - startNs > SLOW_NS ? 1 : messages.slots();
      if (result.error() != null) {
        return result;
      }
    }
    return rejection == null
        ? SendResult.sent(count)
        : SendResult.failed(count, SendError.REJECTED, rejection);
  }

  /** Writes message {@code slot}; returns why not, or null. */
  private @Nullable String put(AuditRecord record, int slot) {
    if (!Nl.isUserMessage(record.type())) {
      return "type "
          + record.type()
          + " is not a user message; the kernel takes 1100 to 1199 and 2100 to 2999";
    }
    int length =
        encoder.putUserMessage(record, messages.data(), messages.at(slot), sequence + 1 + slot);
    if (length == RecordEncoder.TOO_LONG) {
      return "text of "
          + Counts.of(record.textBytes().length, "byte")
          + "; the kernel cuts a user message at "
          + Nl.MAX_USER_TEXT_LENGTH;
    }
    if (length < Nl.HEADER + 2) {
      return "no text; the kernel takes no empty user message";
    }
    messages.length(slot, length);
    return null;
  }

  private SendResult sendAndAwait(NetlinkSocket to, int count) {
    int first = sequence + 1;
    sequence += count;
    refusal = 0;
    int taken = 0;
    while (taken < count) {
      int sent = messages.send(to, taken, Math.min(count, taken + UNANSWERED), 0);
      if (sent < 0) {
        return failed(taken, -sent);
      }
      int end = taken + sent;
      while (taken < end) {
        int answered = takeAnswers(to, first + taken);
        if (answered < 0) {
          // What was sent behind the one that failed is in the trail, unless it failed, too.
          return failed(taken, -answered).withInDoubt(end - taken);
        }
        taken += answered;
      }
    }
    return SendResult.sent(taken);
  }

  /** Reads answers; returns how many say yes, or, if the first of them says no, the error. */
  private int takeAnswers(NetlinkSocket from, int expected) {
    if (refusal < 0) {
      int error = refusal;
      refusal = 0;
      return error;
    }
    int received = answers.receive(from);
    if (received == -Errno.EAGAIN) {
      // The kernel answers before sendmmsg returns, so this is not expected to happen.
      return from.awaitReadable(null, ANSWER_MS) ? 0 : -Errno.ETIMEDOUT;
    }
    if (received < 0 && received != -Errno.EINTR && received != -Errno.ENOBUFS) {
      return received;
    }
    int answered = 0;
    for (int i = 0; i < received; i++) {
      int error = answer(i, expected + answered);
      if (error < 0) {
        refusal = answered > 0 ? error : 0; // for the next call, behind those that are taken
        return answered > 0 ? answered : error;
      }
      answered += error == 0 ? 1 : 0;
    }
    return answered;
  }

  /**
   * What message {@code i} says of request {@code expected}: 0, an error below 0, or 1: nothing.
   */
  private int answer(int i, int expected) {
    long at = answers.at(i);
    Datagram kind = Datagram.classify(answers.data(), at, answers.length(i), answers.sender(i), 0);
    if (kind != Datagram.ANSWER || Nl.sequence(answers.data(), at) != expected) {
      return 1;
    }
    return Math.min(0, Nl.error(answers.data(), at));
  }

  private static SendResult failed(int taken, int errno) {
    SendError error =
        switch (errno) {
          case Errno.EAGAIN, Errno.EINTR -> SendError.EAGAIN;
          case Errno.ECONNREFUSED -> SendError.ECONNREFUSED;
          case Errno.EPERM -> SendError.EPERM;
          case Errno.ENOBUFS -> SendError.ENOBUFS;
          case Errno.ENOMEM -> SendError.ENOMEM;
          case Errno.EINVAL, Errno.EMSGSIZE -> SendError.REJECTED;
          default -> SendError.EIO;
        };
    NetlinkException cause =
        Privileges.refused(errno, "send a user message", Capability.CAP_AUDIT_WRITE);
    return SendResult.failed(taken, error, cause.getMessage());
  }

  @Override
  public void reset() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
    if (control != null) {
      control.close();
      control = null;
    }
  }

  @Override
  public void close() {
    reset();
  }
}
