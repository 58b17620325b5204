// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/**
 * One registration of a daemon. Compared by identity: the same port that registers again is another
 * connection, as a new auditd_connection is in auditd_set().
 */
final class Connection {
  private final long peer;

  Connection(long peer) {
    this.peer = peer;
  }

  long peer() {
    return peer;
  }
}
