// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import io.kauditd.wire.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records of hosts that send with {@code audisp-remote} or with the transport {@code auditd}. A
 * record is acknowledged when it is settled: delivered, or in a queue that survives the program. A
 * host sends records without an acknowledgement again.
 *
 * <p>One thread serves all hosts: while the engine lets a producer wait, the hosts wait too.
 * Records of one host stay in order.
 */
final class AuditdSource implements RecordSource {
  private static final int BACKLOG = 128;
  private static final long ACCEPT_PAUSE_MS = 100;
  private static final long FOREVER = 0; // to a selector

  /** A sender with one record under way waits for each: so often it is looked at without a rest. */
  private static final int QUICK_LOOKS = 40;

  private static final long QUICK_LOOK_NS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long SLOWEST_LOOK_MS = 20;

  private final Server listen;
  private final Limits limits;
  private final Settings settings;
  private final Set<Sender> senders = new LinkedHashSet<>();
  private volatile boolean stopped;
  private volatile boolean ended;
  private volatile @Nullable Selector selector;
  private volatile @Nullable RecordSink lastSink;
  private int sendersSoFar;
  private boolean acceptFailed;
  private boolean acceptFailureSaid;

  /**
   * Who may connect, and how many.
   *
   * @param idleTimeout a host that sends nothing for this long is disconnected; 0 for never
   */
  record Limits(Networks allowed, int maxClients, Duration idleTimeout) {}

  /**
   * How records are taken.
   *
   * @param waits whether a record is acknowledged when it is settled, or when it was accepted
   * @param addsNode whether a line without a node gets the host's address as its node
   */
  record Settings(boolean waits, boolean addsNode, BooleanSupplier stop) {}

  AuditdSource(Server listen, Limits limits, boolean waits, boolean addsNode) {
    this.listen = listen;
    this.limits = limits;
    this.settings = new Settings(waits, addsNode, () -> stopped);
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    lastSink = sink;
    if (stopped) {
      return;
    }
    try (Selector opened = Selector.open();
        ServerSocketChannel listening = ServerSocketChannel.open()) {
      listening.configureBlocking(false);
      listening.bind(address(), BACKLOG);
      SelectionKey accepts = listening.register(opened, SelectionKey.OP_ACCEPT);
      selector = opened;
      int looks = 0;
      while (!stopped) {
        boolean full = senders.size() >= limits.maxClients() || acceptFailed;
        accepts.interestOps(full ? 0 : SelectionKey.OP_ACCEPT);
        looks = acknowledge(opened, sink) ? 0 : looks + 1;
        select(opened, sink, looks);
        sendIdleAway();
      }
    } catch (IOException e) {
      closeAll();
      throw new IOException("cannot listen on " + listen + ": " + e.getMessage(), e);
    } finally {
      selector = null;
      ended = true;
    }
  }

  private InetSocketAddress address() throws IOException {
    var address = new InetSocketAddress(listen.host(), listen.port());
    if (address.isUnresolved()) {
      throw new IOException("the address is not known");
    }
    return address;
  }

  /** Nothing tells when records are settled, so it is looked at, less often the longer it takes. */
  private void select(Selector opened, RecordSink sink, int looks) throws IOException {
    long pauseMs;
    if (acceptFailed) {
      pauseMs = ACCEPT_PAUSE_MS;
    } else if (!anyWaits()) {
      pauseMs = untilIdleMs();
    } else if (looks < QUICK_LOOKS) {
      if (opened.selectNow(key -> serve(key, sink)) == 0) {
        LockSupport.parkNanos(QUICK_LOOK_NS);
      }
      return;
    } else {
      pauseMs = Math.min(looks - QUICK_LOOKS + 1, SLOWEST_LOOK_MS);
    }
    acceptFailed = false;
    opened.select(key -> serve(key, sink), pauseMs);
  }

  private boolean anyWaits() {
    return senders.stream().anyMatch(Sender::isWaiting);
  }

  private long untilIdleMs() {
    if (limits.idleTimeout().isZero() || senders.isEmpty()) {
      return FOREVER;
    }
    long oldest =
        senders.stream().mapToLong(each -> System.nanoTime() - each.lastNs()).max().orElse(0);
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(limits.idleTimeout().toNanos() - oldest) + 1);
  }

  private void sendIdleAway() {
    if (!limits.idleTimeout().isZero()) {
      long limitNs = limits.idleTimeout().toNanos();
      senders.removeIf(each -> {
        boolean idle = !each.isWaiting() && System.nanoTime() - each.lastNs() > limitNs;
        if (idle) {
          each.close();
        }
        return idle;
      });
    }
  }

  /** Acknowledges what is settled, and goes on with what waited for that; false if nothing was. */
  private boolean acknowledge(Selector opened, RecordSink sink) {
    long settled = settings.waits() && anyWaits() ? sink.settled() : 0;
    boolean any = false;
    for (SelectionKey key : opened.keys()) {
      if (key.isValid() && key.attachment() instanceof Sender sender) {
        boolean some = sender.acknowledge(settled);
        any |= some;
        if (some && !goesOn(sender, sink)) {
          leave(sender);
        } else {
          key.interestOps(
              (sender.hasRoom() ? SelectionKey.OP_READ : 0)
                  | (sender.hasUnwritten() ? SelectionKey.OP_WRITE : 0));
        }
      }
    }
    return any;
  }

  private static boolean goesOn(Sender sender, RecordSink sink) {
    try {
      sender.write();
      sender.handOver(sink);
      return true;
    } catch (IOException e) {
      sink.problem(sender.name() + ": " + e.getMessage());
      return false;
    }
  }

  private void serve(SelectionKey key, RecordSink sink) {
    if (!(key.attachment() instanceof Sender sender)) {
      accept(key, sink);
      return;
    }
    try {
      sender.write();
      if (sender.hasRoom() && !sender.read(sink)) {
        leave(sender);
      } else {
        sender.write();
      }
    } catch (IOException e) {
      if (!isBroken(e)) {
        sink.problem(sender.name() + ": " + e.getMessage());
      }
      leave(sender);
    }
  }

  /** The host, or the network, is gone: it sends again what it was not told about. */
  private static boolean isBroken(IOException failure) {
    return failure instanceof SocketException
        || String.valueOf(failure.getMessage()).matches("Connection reset.*|Broken pipe");
  }

  private void accept(SelectionKey listening, RecordSink sink) {
    try {
      SocketChannel channel = ((ServerSocketChannel) listening.channel()).accept();
      if (channel == null) {
        return;
      }
      sendersSoFar++;
      acceptFailureSaid = false;
      var from = (InetSocketAddress) channel.getRemoteAddress();
      String address = from.getAddress().getHostAddress().replaceFirst("%.*", "");
      String name = "host " + sendersSoFar + " at " + new Server(address, from.getPort());
      if (!limits.allowed().contain(from.getAddress())) {
        sink.problem(name + ": is not among those that may send (allow)");
        channel.close();
        return;
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      var sender = new Sender(channel, name, address, settings);
      channel.register(listening.selector(), SelectionKey.OP_READ, sender);
      senders.add(sender);
    } catch (IOException e) {
      acceptFailed = true;
      if (!acceptFailureSaid) { // there may be no file descriptors left for long
        acceptFailureSaid = true;
        sink.problem("a host could not connect to " + listen + ": " + e.getMessage());
      }
    }
  }

  private void leave(Sender sender) {
    senders.remove(sender);
    sender.close();
  }

  private void closeAll() {
    senders.forEach(Sender::close);
    senders.clear();
  }

  @Override
  public void close() {
    stopped = true;
    Selector waiting = selector;
    if (waiting != null) {
      waiting.wakeup();
    }
  }

  /** Acknowledges what was settled last, and tells each host that the daemon ends. */
  @Override
  public void finish() {
    RecordSink sink = lastSink;
    if (!ended || sink == null) {
      return; // its thread still waits for room, or it never ran
    }
    long settled = sink.settled();
    for (Sender sender : senders) {
      try {
        sender.acknowledge(settled);
        sender.sayEnding();
      } catch (IOException e) {
        // it sends again what it was not told about
      }
    }
    closeAll();
  }

  @Override
  public List<String> check() {
    try (ServerSocketChannel tried = ServerSocketChannel.open()) {
      tried.bind(address(), BACKLOG);
      return List.of();
    } catch (IOException e) {
      return List.of("cannot listen on " + listen + ": " + e.getMessage());
    }
  }

  @Override
  public String toString() {
    return "auditd:" + listen;
  }
}
