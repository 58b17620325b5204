// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.MulticastListener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Copies of the records for the members of the multicast group; follows
 * kauditd_send_multicast_skb(). While there are no members, which is checked once a second, a
 * record costs nothing here.
 */
final class Multicast implements MulticastListener {
  private static final Path SOCKETS = Path.of("/proc/net/netlink");
  private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

  private final NetlinkSocket socket;
  private final int groupMask;
  private final MemorySegment address;
  private final MemorySegment message = Arena.ofAuto().allocate(ReceiveBatch.SLOT, 64);
  private final RecordEncoder encoder = new RecordEncoder();
  private long lookedNs = System.nanoTime() - LOOK_NS;
  private volatile boolean wanted;

  /**
   * Makes it.
   *
   * @param group the group, 1 to 32, or 0 for none
   */
  Multicast(NetlinkSocket socket, int group) {
    this.socket = socket;
    groupMask = group == 0 ? 0 : 1 << (group - 1);
    address = NetlinkSocket.address(Arena.ofAuto(), 0, groupMask);
  }

  @Override
  public void onRecord(AuditRecord record) {
    if (!wanted) {
      return;
    }
    int length = encoder.putRecord(record, message, 0, 0);
    if (length > 0) {
      // The group is served first; then the kernel looks for port 0, which nobody has, and answers
      // ECONNREFUSED. A listener that is full learns of it by ENOBUFS; nobody waits for it.
      socket.sendTo(message, length, Nl.MSG_DONTWAIT, address);
    }
  }

  /** Looks, at most once a second, whether anybody listens. The thread that answers requests. */
  void look() {
    if (System.nanoTime() - lookedNs >= LOOK_NS) {
      lookNow();
    }
  }

  /** Looks whether anybody listens. The same thread. */
  void lookNow() {
    lookedNs = System.nanoTime();
    wanted = groupMask != 0 && anybodyListens();
  }

  private boolean anybodyListens() {
    try {
      return Files.readAllLines(SOCKETS, StandardCharsets.ISO_8859_1).stream()
          .anyMatch(line -> listens(line, Nl.NETLINK_USERSOCK, groupMask));
    } catch (IOException e) {
      return true; // not known: somebody may
    }
  }

  /** Whether a line of the table, {@code sk Eth Pid Groups …}, is of a socket in the group. */
  static boolean listens(String line, int protocol, int groupMask) {
    String[] columns = line.strip().split("\\s+", -1);
    if (columns.length < 4 || !columns[1].equals(Integer.toString(protocol))) {
      return false;
    }
    try {
      return ((int) Long.parseLong(columns[3], 16) & groupMask) != 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
