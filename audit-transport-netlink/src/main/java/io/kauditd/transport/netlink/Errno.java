// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

/** The error numbers of Linux that the audit socket knows, with their names. */
final class Errno {
  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int EINVAL = 22;
  static final int ENODATA = 61;
  static final int EMSGSIZE = 90;
  static final int EPROTONOSUPPORT = 93;
  static final int EOPNOTSUPP = 95;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRINUSE = 98;
  static final int ENOBUFS = 105;
  static final int ETIMEDOUT = 110;
  static final int ECONNREFUSED = 111;

  private Errno() {}

  /** Name and meaning: {@code EAGAIN (try again)}. */
  static String describe(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM (operation not permitted)";
      case EINTR -> "EINTR (interrupted)";
      case EAGAIN -> "EAGAIN (the receiver is full)";
      case ENOMEM -> "ENOMEM (out of memory)";
      case EACCES -> "EACCES (permission denied)";
      case EEXIST -> "EEXIST (the place is taken)";
      case EINVAL -> "EINVAL (invalid argument)";
      case ENODATA -> "ENODATA (no data)";
      case EMSGSIZE -> "EMSGSIZE (message too long)";
      case EPROTONOSUPPORT -> "EPROTONOSUPPORT (protocol not supported)";
      case EOPNOTSUPP -> "EOPNOTSUPP (operation not supported)";
      case EAFNOSUPPORT -> "EAFNOSUPPORT (address family not supported)";
      case EADDRINUSE -> "EADDRINUSE (port in use)";
      case ENOBUFS -> "ENOBUFS (receive buffer overrun)";
      case ETIMEDOUT -> "ETIMEDOUT (no answer in time)";
      case ECONNREFUSED -> "ECONNREFUSED (nobody is there)";
      default -> "error " + errno;
    };
  }
}
