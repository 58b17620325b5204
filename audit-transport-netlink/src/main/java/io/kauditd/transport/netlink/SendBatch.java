// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Room for the messages of one {@code sendmmsg}, made once, to one receiver. One thread. */
final class SendBatch {
  private static final int MESSAGE = 64;
  private static final int IOVEC = 16;

  private final int slots;
  private final MemorySegment data;
  private final MemorySegment iovecs;

  /** The message headers from each one on, so that sending makes no slice. */
  private final MemorySegment[] from;

  private final MemorySegment address;

  SendBatch(int slots) {
    this.slots = slots;
    Arena arena = Arena.ofAuto();
    data = arena.allocate((long) slots * ReceiveBatch.SLOT, 64);
    MemorySegment messages = arena.allocate((long) slots * MESSAGE, 64);
    iovecs = arena.allocate((long) slots * IOVEC, 16);
    from = new MemorySegment[slots];
    address = NetlinkSocket.address(arena, 0, 0);
    for (int i = 0; i < slots; i++) {
      iovecs.set(ADDRESS, (long) i * IOVEC, data.asSlice(at(i), ReceiveBatch.SLOT));
      long at = (long) i * MESSAGE;
      from[i] = messages.asSlice(at);
      messages.set(ADDRESS, at, address);
      messages.set(JAVA_INT, at + 8, (int) address.byteSize());
      messages.set(ADDRESS, at + 16, iovecs.asSlice((long) i * IOVEC, IOVEC));
      messages.set(JAVA_LONG, at + 24, 1);
    }
  }

  /** The number of messages that one call can send. */
  int slots() {
    return slots;
  }

  /** Whom the messages go to: port 0 is the kernel. */
  void destination(long port) {
    address.set(JAVA_INT, 4, (int) port);
  }

  /** The memory that all messages are in. */
  MemorySegment data() {
    return data;
  }

  /** Where message {@code i} begins. */
  long at(int i) {
    return (long) i * ReceiveBatch.SLOT;
  }

  /** Sets the length of message {@code i}. */
  void length(int i, int bytes) {
    iovecs.set(JAVA_LONG, (long) i * IOVEC + 8, bytes);
  }

  /**
   * Sends messages {@code first} to {@code end - 1}.
   *
   * @return how many were sent, from the first; or the negative error number of the first
   */
  int send(NetlinkSocket socket, int first, int end, int flags) {
    return Libc.sendmmsg(socket.fd(), from[first], end - first, flags);
  }
}
