// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/**
 * One registration of a daemon. Compared by identity: the same port that registers again is another
 * connection, as a new auditd_connection is in auditd_set().
 */
final class Connection {
  /** In place of a port id, for a daemon that has none. */
  static final long NO_PORT = 0;

  private final long peer;

  Connection(long peer) {
    this.peer = peer;
  }

  /** The daemon's port id, or {@link #NO_PORT}. */
  long peer() {
    return peer;
  }
}
