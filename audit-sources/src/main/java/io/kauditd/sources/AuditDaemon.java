// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Whether this process is a plug-in of an audit daemon, which hands each record to all of them. */
final class AuditDaemon {
  /** {@code audispd} started the plug-ins before version 3. */
  private static final Set<String> NAMES = Set.of("auditd", "audispd");

  private AuditDaemon() {}

  /** Whether an audit daemon has started this process. */
  static boolean isParent() {
    return ProcessHandle.current()
        .parent()
        .map(ProcessHandle::pid)
        .map(AuditDaemon::is)
        .orElse(false);
  }

  /** Whether a process is an audit daemon, by its name; false where there is no /proc. */
  static boolean is(long pid) {
    try {
      return NAMES.contains(Files.readString(Path.of("/proc", Long.toString(pid), "comm")).strip());
    } catch (IOException e) {
      return false;
    }
  }
}
