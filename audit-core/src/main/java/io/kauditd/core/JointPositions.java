// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.ManagedAuditLog;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Positions in several logs as one number. The logs count separately, because one may lose a record
 * that another takes. A joint position stores what each log has accepted when it is given out. It
 * is settled when each log has settled that much.
 */
final class JointPositions {
  /** So many that are not reached are told apart; the last then stands for all that follow. */
  private static final int MOST = 1_024;

  private final List<ManagedAuditLog> logs;
  private final @Nullable ManagedAuditLog rejected;

  // Guarded by this.
  private final ArrayDeque<Given> open = new ArrayDeque<>();
  private long last;
  private long reached;

  /** A position that was given out, and where each log was. */
  private record Given(long position, List<Long> accepted) {}

  /**
   * @param rejected where the logs bring what they reject, before they count it as dropped
   */
  JointPositions(List<ManagedAuditLog> logs, @Nullable ManagedAuditLog rejected) {
    this.logs = logs;
    this.rejected = rejected;
  }

  synchronized long accepted() {
    List<Long> now = logs.stream().map(ManagedAuditLog::accepted).toList();
    Given newest = open.peekLast();
    if (newest != null && newest.accepted.equals(now)) {
      return newest.position;
    }
    if (newest != null && open.size() == MOST) {
      open.removeLast(); // whoever was given it waits a little longer
      open.add(new Given(newest.position, now));
      return newest.position;
    }
    open.add(new Given(++last, now));
    return last;
  }

  synchronized long settled() {
    List<Long> now = logs.stream().map(ManagedAuditLog::settled).toList();
    if (rejected != null && rejected.settled() < rejected.accepted()) {
      return reached; // what was rejected on the way is not there yet
    }
    for (Given next = open.peek(); next != null && isReached(next, now); next = open.peek()) {
      reached = next.position;
      open.remove();
    }
    return reached;
  }

  private static boolean isReached(Given given, List<Long> settled) {
    for (int i = 0; i < settled.size(); i++) {
      if (settled.get(i) < given.accepted.get(i)) {
        return false;
      }
    }
    return true;
  }
}
