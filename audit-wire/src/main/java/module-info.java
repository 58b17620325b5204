// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/**
 * Connections to servers: TCP and TLS, frames, and what is under way on them. For the modules of
 * this project alone; it may change with any version.
 */
@NullMarked
@SuppressWarnings("module") // those that it is for are compiled after it
module io.kauditd.wire {
  requires static org.jspecify;
  requires transitive io.kauditd.api;

  exports io.kauditd.wire to
      io.kauditd.transport.auditd,
      io.kauditd.transport.syslog;
}
