// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import java.io.IOException;

/**
 * The kernel or the other side refused something. The message says what, why, and what helps.
 *
 * @since 0.1.0
 */
public final class NetlinkException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String message;

  NetlinkException(int errno, String message) {
    super(message);
    this.errno = errno;
    this.message = message;
  }

  /** What was refused, why, and what helps. */
  @Override
  public String getMessage() {
    return message;
  }

  /** The error number of Linux, for example 1 for EPERM; 0 if there was none. */
  public int errno() {
    return errno;
  }
}
