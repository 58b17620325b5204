// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An engine's answers to requests; follows audit_receive_msg(), kernel/audit.c. It does no I/O of
 * its own. One thread, except {@link #forget} and {@link #daemon}.
 */
final class PeerRequests {
  /** What the answers do outside. */
  interface Effects {
    /** Sends REPLACE to the daemon; returns the errno, 0 for delivered. */
    int test(Daemon daemon, long candidate);

    /** A daemon has the place now. */
    void connected(Daemon daemon);

    /** The daemon has it no longer. */
    void disconnected(Daemon daemon);
  }

  /** Who has the place. */
  record Daemon(long port, long process, int user) {}

  /** Who asks, as the kernel says. */
  record Sender(long port, long process, int user) {}

  /** What {@link #handle} answers if the status is asked for. */
  static final int STATUS = 1;

  private final Set<Integer> users;
  private final Effects effects;
  private @Nullable Daemon daemon; // guarded by this

  PeerRequests(Set<Integer> users, Effects effects) {
    this.users = Set.copyOf(users);
    this.effects = effects;
  }

  synchronized @Nullable Daemon daemon() {
    return daemon;
  }

  /** Forgets the daemon at a port, if it has the place; returns whether it had. */
  synchronized boolean forget(long port) {
    boolean had = daemon != null && daemon.port() == port;
    if (had) {
      daemon = null;
    }
    return had;
  }

  private synchronized void remember(Daemon next) {
    daemon = next;
  }

  /**
   * Handles one message.
   *
   * @param at where its header begins; {@code length} bytes, header included, are there
   * @return {@link #STATUS}, 0, or a negative error number
   */
  int handle(Sender sender, MemorySegment data, long at, int length) {
    if (!users.contains(sender.user())) {
      return -Errno.EPERM;
    }
    return switch (Nl.type(data, at)) {
      case Nl.AUDIT_GET -> STATUS;
      case Nl.AUDIT_SET -> set(sender, data, at + Nl.HEADER, length - Nl.HEADER);
      default -> -Errno.EINVAL;
    };
  }

  private int set(Sender sender, MemorySegment data, long at, int length) {
    if (length < 4) {
      return -Errno.EINVAL;
    }
    if (data.get(JAVA_INT_UNALIGNED, at) != KernelStatus.MASK_PID) {
      return -Errno.EOPNOTSUPP;
    }
    KernelStatus change = KernelStatus.parse(data, at, length);
    if (change == null) {
      return -Errno.EINVAL;
    }
    long candidate = change.pid();
    if (candidate != 0 && candidate != sender.process()) {
      return -Errno.EINVAL;
    }
    Daemon current = testCurrent(sender.process());
    if (candidate == 0) {
      return unregister(sender, current);
    }
    if (current != null) {
      return -Errno.EEXIST;
    }
    var next = new Daemon(sender.port(), sender.process(), sender.user());
    remember(next);
    effects.connected(next);
    return 0;
  }

  /** The daemon, if there is one and it is alive: one whose port is gone has lost its place. */
  private @Nullable Daemon testCurrent(long candidate) {
    Daemon current = daemon();
    if (current == null) {
      return null;
    }
    if (effects.test(current, candidate) != -Errno.ECONNREFUSED) {
      return current;
    }
    if (forget(current.port())) {
      effects.disconnected(current);
    }
    return null;
  }

  private int unregister(Sender sender, @Nullable Daemon current) {
    if (current == null) {
      return 0;
    }
    if (current.process() != sender.process()) {
      return -Errno.EACCES;
    }
    if (forget(current.port())) {
      effects.disconnected(current);
    }
    return 0;
  }
}
