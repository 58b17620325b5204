// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One bound netlink socket. Any thread may send. One thread receives and waits, and only that
 * thread closes the socket: otherwise the descriptor could belong to another file while it is still
 * in use.
 */
final class NetlinkSocket implements AutoCloseable {
  private static final int ADDRESS_LENGTH = 12;
  private static final short POLLIN = 1;

  /** The receive buffer that the system gives. */
  static final int SYSTEM_BUFFER = 0;

  private final int fd;
  private final long port;
  private final int receiveBufferBytes;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment pollFds = arena.allocate(16, 8);
  private final MemorySegment timeval = arena.allocate(16, 8);
  private boolean closed;

  private NetlinkSocket(int fd, long port, int receiveBufferBytes) {
    this.fd = fd;
    this.port = port;
    this.receiveBufferBytes = receiveBufferBytes;
  }

  /**
   * Opens and binds a socket that has the receive buffer of the system.
   *
   * @param port the port id to take; 0 lets the kernel choose
   * @param groups the mask of the multicast groups to join
   */
  static NetlinkSocket open(int protocol, long port, int groups) throws NetlinkException {
    return open(protocol, port, groups, SYSTEM_BUFFER);
  }

  /**
   * Opens and binds a socket. The socket has its receive buffer before it joins a group: from then
   * on records may come faster than they are read.
   *
   * @param port the port id to take; 0 lets the kernel choose
   * @param groups the mask of the multicast groups to join
   * @param receiveBufferBytes the receive buffer to ask for, beyond the system's limit if the
   *     process may; or {@link #SYSTEM_BUFFER}
   */
  static NetlinkSocket open(int protocol, long port, int groups, int receiveBufferBytes)
      throws NetlinkException {
    Platform.require();
    int fd = Libc.socket(Nl.AF_NETLINK, Nl.SOCK_RAW | Nl.SOCK_CLOEXEC, protocol);
    if (fd < 0) {
      throw new NetlinkException(
          -fd, "netlink socket of protocol " + protocol + ": " + Errno.describe(-fd));
    }
    int bufferInForce = receiveBuffer(fd, receiveBufferBytes);
    MemorySegment address = address(Arena.ofAuto(), port, groups);
    int bound = Libc.bind(fd, address);
    if (bound < 0) {
      Libc.close(fd);
      throw new NetlinkException(
          -bound, "bind to port " + port + ", groups " + groups + ": " + Errno.describe(-bound));
    }
    return new NetlinkSocket(fd, boundPort(fd, address), bufferInForce);
  }

  private static long boundPort(int fd, MemorySegment address) throws NetlinkException {
    MemorySegment length = Arena.ofAuto().allocate(JAVA_INT);
    length.set(JAVA_INT, 0, ADDRESS_LENGTH);
    int result = Libc.getsockname(fd, address, length);
    if (result < 0) {
      Libc.close(fd);
      throw new NetlinkException(-result, "getsockname: " + Errno.describe(-result));
    }
    return Integer.toUnsignedLong(address.get(JAVA_INT, 4));
  }

  /** An address for {@link #sendTo} and {@link SendBatch}. */
  static MemorySegment address(Arena arena, long port, int groups) {
    MemorySegment address = arena.allocate(ADDRESS_LENGTH, 4);
    address.set(JAVA_SHORT, 0, (short) Nl.AF_NETLINK);
    address.set(JAVA_INT, 4, (int) port);
    address.set(JAVA_INT, 8, groups);
    return address;
  }

  int fd() {
    return fd;
  }

  /** The port id that this socket is reached at, unsigned. */
  long port() {
    return port;
  }

  /**
   * The size of the receive buffer in force, in bytes. The kernel counts its own overhead into it
   * and doubles the figure that was asked for.
   */
  int receiveBufferBytes() {
    return receiveBufferBytes;
  }

  private static int receiveBuffer(int fd, int wanted) {
    Arena arena = Arena.ofAuto();
    MemorySegment value = intValue(arena, wanted);
    if (wanted != SYSTEM_BUFFER
        && Libc.setsockopt(fd, Nl.SOL_SOCKET, Nl.SO_RCVBUFFORCE, value) < 0) {
      Libc.setsockopt(fd, Nl.SOL_SOCKET, Nl.SO_RCVBUF, value);
    }
    Libc.getsockopt(fd, Nl.SOL_SOCKET, Nl.SO_RCVBUF, value, intValue(arena, Integer.BYTES));
    return value.get(JAVA_INT, 0);
  }

  /** Has the kernel tell with each message which process and user sent it. */
  void passCredentials() throws NetlinkException {
    int result = Libc.setsockopt(fd, Nl.SOL_SOCKET, Nl.SO_PASSCRED, intValue(arena, 1));
    if (result < 0) {
      throw new NetlinkException(-result, "SO_PASSCRED: " + Errno.describe(-result));
    }
  }

  /** How long a send waits for a full receiver, in milliseconds, 1 or more. The sending thread. */
  void setSendTimeout(long ms) {
    timeval.set(JAVA_LONG, 0, ms / 1000);
    timeval.set(JAVA_LONG, 8, ms % 1000 * 1000);
    Libc.setsockopt(fd, Nl.SOL_SOCKET, Nl.SO_SNDTIMEO, timeval);
  }

  private static MemorySegment intValue(Arena arena, int value) {
    MemorySegment segment = arena.allocate(JAVA_INT);
    segment.set(JAVA_INT, 0, value);
    return segment;
  }

  /** Sends one message. Returns 0, or the negative error number. */
  int sendTo(MemorySegment data, long length, int flags, MemorySegment address) {
    long sent = Libc.sendto(fd, data, length, flags, address);
    return sent < 0 ? (int) sent : 0;
  }

  /**
   * Waits until there is something to receive, a wake-up came, or the time is over.
   *
   * @param timeoutMs -1 for no end
   * @return whether there is something to receive (an error to be fetched counts)
   */
  boolean awaitReadable(@Nullable WakeUp wakeUp, int timeoutMs) {
    pollFds.set(JAVA_INT, 0, fd);
    pollFds.set(JAVA_INT, 4, POLLIN);
    pollFds.set(JAVA_INT, 8, wakeUp == null ? -1 : wakeUp.fd());
    pollFds.set(JAVA_INT, 12, POLLIN);
    int ready = Libc.poll(pollFds, 2, timeoutMs);
    if (ready <= 0) {
      return false;
    }
    if (wakeUp != null && pollFds.get(JAVA_SHORT, 14) != 0) {
      wakeUp.drain();
    }
    return pollFds.get(JAVA_SHORT, 6) != 0;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Libc.close(fd);
    }
  }
}
