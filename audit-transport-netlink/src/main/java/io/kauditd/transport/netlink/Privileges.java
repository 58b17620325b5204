// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process may do with the kernel's audit, and why a request was refused. */
final class Privileges {
  /** The capabilities that audit asks for. */
  enum Capability {
    CAP_AUDIT_WRITE(29),
    CAP_AUDIT_CONTROL(30),
    CAP_AUDIT_READ(37);

    private final int bit;

    Capability(int bit) {
      this.bit = bit;
    }
  }

  // The namespaces that the kernel starts with have fixed inode numbers.
  private static final String FIRST_USER_NAMESPACE = "user:[4026531837]";
  private static final String FIRST_PID_NAMESPACE = "pid:[4026531836]";

  private Privileges() {}

  /** Whether the capability is in the effective set. */
  static boolean has(Capability capability) {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("CapEff:"))
          .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
          .anyMatch(set -> (set & 1L << capability.bit) != 0);
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  static boolean inFirstUserNamespace() {
    return isNamespace("/proc/self/ns/user", FIRST_USER_NAMESPACE);
  }

  static boolean inFirstPidNamespace() {
    return isNamespace("/proc/self/ns/pid", FIRST_PID_NAMESPACE);
  }

  private static boolean isNamespace(String link, String first) {
    try {
      return Files.readSymbolicLink(Path.of(link)).toString().equals(first);
    } catch (IOException e) {
      return true; // not known: do not blame it
    }
  }

  /**
   * Says why the kernel refused.
   *
   * @param action what was tried: {@code read the status}
   */
  static NetlinkException refused(int errno, String action, Capability needed) {
    return new NetlinkException(
        errno, "cannot " + action + ": " + Errno.describe(errno) + why(errno, needed));
  }

  private static String why(int errno, Capability needed) {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES -> whyNotPermitted(needed);
      case Errno.ECONNREFUSED ->
          inFirstUserNamespace()
              ? ""
              : "; the kernel's audit answers in the first user namespace alone: run it on the"
                  + " host, not in a container with users of its own";
      case Errno.EPROTONOSUPPORT -> "; this kernel has no audit, or was booted with audit=0";
      default -> "";
    };
  }

  private static String whyNotPermitted(Capability needed) {
    if (!has(needed)) {
      return "; it needs "
          + needed
          + ": run it as root, or give Java that capability (in a container: --cap-add "
          + needed.name().substring(4)
          + ")";
    }
    if (!inFirstPidNamespace()) {
      return "; the kernel's audit is controlled from the first process namespace alone: run it on"
          + " the host (in a container: --pid=host)";
    }
    return "; the process has " + needed + ", so a security module or an audit lock may forbid it";
  }
}
