// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import java.net.URI;

/** Where records are sent to and received from, as the parts of this module name it. */
final class Endpoint {
  /** The kernel's audit, which returns each message that it gets. */
  static final URI KERNEL = URI.create("netlink:kernel");

  private Endpoint() {}

  /**
   * An engine in peer mode.
   *
   * @param port where it can be registered at; 0 stands for this process's id
   */
  static URI ofPort(long port) {
    return URI.create("netlink:" + (port == 0 ? ProcessHandle.current().pid() : port));
  }
}
