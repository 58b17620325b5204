// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.spi.TransportContext;
import io.kauditd.transport.netlink.PeerRequests.Daemon;
import io.kauditd.transport.netlink.PeerRequests.Sender;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's end of peer mode: a socket at a known port, and a thread that answers registrations,
 * status requests, and requests that must be refused.
 */
final class PeerServer implements AutoCloseable, PeerRequests.Effects {
  private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
  private static final int LOOK_MS = 1000;
  private static final int FEATURES = 1 | 2 | 0x20; // limits and wait time, and what is lost

  private final NetlinkSocket socket;
  private final TransportContext context;
  private final PeerRequests requests;
  private final Multicast multicast;
  private final Refusals refusals = new Refusals();
  private final WakeUp wakeUp;
  private final ReceiveBatch batch = new ReceiveBatch(8);
  private final MemorySegment answer = Arena.ofAuto().allocate(Nl.HEADER + KernelStatus.LENGTH, 8);
  private final Thread thread;
  private volatile boolean closed;

  PeerServer(TransportContext context, long port, Set<Integer> users, int group)
      throws NetlinkException {
    this.context = context;
    socket = open(port);
    wakeUp = prepare(socket);
    requests = new PeerRequests(users, this);
    multicast = new Multicast(socket, group);
    thread = Thread.ofPlatform().name("audit-netlink-peer").daemon().start(this::run);
    if (group > 0) {
      context.addListener(multicast);
    }
  }

  private static NetlinkSocket open(long port) throws NetlinkException {
    try {
      return NetlinkSocket.open(Nl.NETLINK_USERSOCK, port, 0);
    } catch (NetlinkException e) {
      if (e.errno() == Errno.EADDRINUSE) {
        throw new NetlinkException(
            e.errno(),
            "netlink port "
                + port
                + " is in use, perhaps by another engine; choose another one (option 'port')");
      }
      throw e;
    }
  }

  /** Makes what the socket needs beside it; closes the socket if that fails. */
  private static WakeUp prepare(NetlinkSocket opened) throws NetlinkException {
    boolean done = false;
    try {
      opened.passCredentials();
      WakeUp made = new WakeUp();
      done = true;
      return made;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  NetlinkSocket socket() {
    return socket;
  }

  /** The engine has given up the connection to the daemon at this port. */
  void forget(long port) {
    if (requests.forget(port)) {
      LOG.info("the daemon at port {} is gone", port);
    }
  }

  private void run() {
    while (!closed) {
      multicast.look();
      int count = batch.receive(socket);
      for (int i = 0; i < count; i++) {
        answer(i);
      }
      if (count <= 0) {
        socket.awaitReadable(wakeUp, LOOK_MS);
      }
    }
    socket.close();
    wakeUp.close();
  }

  /** Answers the messages of one datagram, as long as their lengths are true. */
  private void answer(int i) {
    var sender = new Sender(batch.sender(i), batch.senderProcess(i), batch.senderUser(i));
    int left = batch.length(i);
    long at = batch.at(i);
    while (left >= Nl.HEADER) {
      long claimed = Nl.length(batch.data(), at);
      if (claimed < Nl.HEADER || claimed > left) {
        return;
      }
      answer(sender, at, (int) claimed);
      int step = (int) Math.min(left, (claimed + 3) & ~3L);
      at += step;
      left -= step;
    }
  }

  private void answer(Sender sender, long at, int length) {
    int flags = Nl.flags(batch.data(), at);
    if ((flags & Nl.NLM_F_REQUEST) == 0 || Nl.type(batch.data(), at) < Nl.HEADER) {
      return; // as the kernel does: no request, or a control message
    }
    int result = requests.handle(sender, batch.data(), at, length);
    int error = Math.min(result, 0);
    if (error == -Errno.EPERM) {
      String report = refusals.report(sender, System.nanoTime());
      if (report != null) {
        LOG.warn(report);
      }
    }
    if (error != 0 || (flags & Nl.NLM_F_ACK) != 0) {
      putAnswer(error, at);
      reply(sender, Nl.ERROR_LENGTH);
    }
    if (result == PeerRequests.STATUS) {
      multicast.lookNow(); // a listener that has joined asks once, so as to be seen at once
      int sequence = Nl.sequence(batch.data(), at);
      Nl.putHeader(answer, 0, (int) answer.byteSize(), Nl.AUDIT_GET, 0, sequence);
      status().put(answer, Nl.HEADER);
      reply(sender, answer.byteSize());
    }
  }

  private void putAnswer(int error, long at) {
    int sequence = Nl.sequence(batch.data(), at);
    Nl.putHeader(answer, 0, Nl.ERROR_LENGTH, Nl.NLMSG_ERROR, Nl.NLM_F_CAPPED, sequence);
    answer.set(JAVA_INT_UNALIGNED, Nl.HEADER, error);
    MemorySegment.copy(batch.data(), at, answer, Nl.HEADER + 4, Nl.HEADER);
  }

  /** Never waits for a peer that does not read. */
  private void reply(Sender sender, long length) {
    MemorySegment address = NetlinkSocket.address(Arena.ofAuto(), sender.port(), 0);
    int error = socket.sendTo(answer, length, Nl.MSG_DONTWAIT, address);
    if (error < 0) {
      LOG.debug("no answer to port {}: {}", sender.port(), Errno.describe(-error));
    }
  }

  private KernelStatus status() {
    AuditStatus status = context.status();
    AuditSettings settings = status.settings();
    Daemon daemon = requests.daemon();
    return new KernelStatus(
        1,
        settings.failureMode().flag(),
        daemon == null ? 0 : daemon.process(),
        settings.rateLimit(),
        settings.backlogLimit(),
        status.lost(),
        status.backlog(),
        FEATURES,
        settings.backlogWaitTimeMs(),
        status.backlogWaitTimeActualMs());
  }

  @Override
  public int test(Daemon daemon, long candidate) {
    MemorySegment ping = Arena.ofAuto().allocate(Nl.HEADER + 4, 8);
    Nl.putHeader(ping, 0, Nl.HEADER + 4, Nl.AUDIT_REPLACE, 0, 0);
    ping.set(JAVA_INT_UNALIGNED, Nl.HEADER, (int) candidate);
    MemorySegment address = NetlinkSocket.address(Arena.ofAuto(), daemon.port(), 0);
    return socket.sendTo(ping, ping.byteSize(), Nl.MSG_DONTWAIT, address);
  }

  @Override
  public void connected(Daemon daemon) {
    LOG.info("process {} registered as the daemon, port {}", daemon.process(), daemon.port());
    context.connect(daemon.port());
  }

  @Override
  public void disconnected(Daemon daemon) {
    LOG.info("process {} is no longer the daemon", daemon.process());
    context.disconnect(daemon.port());
  }

  /** Ends the thread, which closes the socket. */
  @Override
  public void close() {
    context.removeListener(multicast);
    closed = true;
    wakeUp.signal();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
