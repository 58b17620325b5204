// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.kauditd.api.AuditLineEncoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Room for the messages of one {@code recvmmsg}, made once. Receiving allocates nothing; what was
 * received is valid until the next call. One thread.
 *
 * <p>Everything that the kernel wrote is read within bounds: a length is never taken from the
 * message, and never exceeds the slot.
 */
final class ReceiveBatch {
  /**
   * The bytes of a slot: header and the longest line. An odd number of cache lines, so that the
   * beginnings of the slots do not all compete for the same ones.
   */
  static final int SLOT = ((Nl.HEADER + AuditLineEncoder.MAX_LINE_BYTES) / 128 * 2 + 3) * 64;

  private static final int MESSAGE = 64;
  private static final int IOVEC = 16;
  private static final int NAME = 16;
  private static final int NAME_LENGTH = 12;
  private static final int CONTROL = 64;

  private final int slots;
  private final MemorySegment data;
  private final MemorySegment messages;
  private final MemorySegment names;
  private final MemorySegment controls;
  private int used;

  ReceiveBatch(int slots) {
    this.slots = slots;
    Arena arena = Arena.ofAuto();
    data = arena.allocate((long) slots * SLOT, 64);
    messages = arena.allocate((long) slots * MESSAGE, 64);
    names = arena.allocate((long) slots * NAME, 16);
    controls = arena.allocate((long) slots * CONTROL, 16);
    MemorySegment iovecs = arena.allocate((long) slots * IOVEC, 16);
    for (int i = 0; i < slots; i++) {
      iovecs.set(ADDRESS, (long) i * IOVEC, data.asSlice((long) i * SLOT, SLOT));
      iovecs.set(JAVA_LONG, (long) i * IOVEC + 8, SLOT);
      long at = (long) i * MESSAGE;
      messages.set(ADDRESS, at, names.asSlice((long) i * NAME, NAME));
      messages.set(ADDRESS, at + 16, iovecs.asSlice((long) i * IOVEC, IOVEC));
      messages.set(JAVA_LONG, at + 24, 1);
      messages.set(ADDRESS, at + 32, controls.asSlice((long) i * CONTROL, CONTROL));
    }
    used = slots;
  }

  /** The number of messages that one call can receive. */
  int slots() {
    return slots;
  }

  /**
   * Receives what is there, without waiting.
   *
   * @return the number of messages, or the negative error number
   */
  int receive(NetlinkSocket socket) {
    for (int i = 0; i < used; i++) {
      reset((long) i * MESSAGE);
    }
    used = 0;
    int count = Libc.recvmmsg(socket.fd(), messages, slots, Nl.MSG_DONTWAIT);
    used = Math.max(count, 0);
    return count;
  }

  /** The kernel overwrites the lengths with what it used. */
  private void reset(long at) {
    messages.set(JAVA_INT, at + 8, NAME_LENGTH);
    messages.set(JAVA_LONG, at + 40, CONTROL);
    messages.set(JAVA_INT, at + 48, 0);
  }

  /** The memory that all messages are in. */
  MemorySegment data() {
    return data;
  }

  /** Where message {@code i} begins. */
  long at(int i) {
    return (long) i * SLOT;
  }

  /** The bytes received of message {@code i}. */
  int length(int i) {
    int length = messages.get(JAVA_INT, (long) i * MESSAGE + 56);
    return Math.clamp(length, 0, SLOT);
  }

  /** Whether message {@code i} was longer than its slot. */
  boolean truncated(int i) {
    return (messages.get(JAVA_INT, (long) i * MESSAGE + 48) & Nl.MSG_TRUNC) != 0;
  }

  /** The port id of the sender, 0 for the kernel, -1 if it is not known. */
  long sender(int i) {
    boolean known =
        messages.get(JAVA_INT, (long) i * MESSAGE + 8) >= NAME_LENGTH
            && names.get(JAVA_SHORT, (long) i * NAME) == Nl.AF_NETLINK;
    return known ? Integer.toUnsignedLong(names.get(JAVA_INT, (long) i * NAME + 4)) : -1;
  }

  /** The process that sent it, as the kernel says; -1 if the socket did not ask. */
  int senderProcess(int i) {
    return hasCredentials(i) ? controls.get(JAVA_INT, (long) i * CONTROL + 16) : -1;
  }

  /** The user that sent it, as the kernel says; -1 if the socket did not ask. */
  int senderUser(int i) {
    return hasCredentials(i) ? controls.get(JAVA_INT, (long) i * CONTROL + 20) : -1;
  }

  private boolean hasCredentials(int i) {
    long at = (long) i * CONTROL;
    return messages.get(JAVA_LONG, (long) i * MESSAGE + 40) >= 28
        && controls.get(JAVA_LONG, at) >= 28
        && controls.get(JAVA_INT, at + 8) == Nl.SOL_SOCKET
        && controls.get(JAVA_INT, at + 12) == Nl.SCM_CREDENTIALS;
  }
}
